"""Rules over lessons and programmes."""
