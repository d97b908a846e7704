"""Files of office programs: documents and workbooks in, workbooks out."""
