"""Reports at a past date and over the weeks."""
