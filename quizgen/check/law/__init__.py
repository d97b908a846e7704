"""Rules that hold items and lessons against the law."""
