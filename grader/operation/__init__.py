"""A deployment and its service: set up, served by one process or several."""
