"""Item banks, programmes and lessons: read, check, draw papers, score them, build the course site."""
