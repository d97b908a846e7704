"""Files of office programs: documents in, workbooks out."""
