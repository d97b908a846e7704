"""Acts of administrators: chained in their documents, logged beside them, verified."""
