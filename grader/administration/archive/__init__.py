"""The year of a unit as a folder for its archives."""
