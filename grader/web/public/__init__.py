"""What anybody may open: the course, files of the pages, the verification of certificates."""
