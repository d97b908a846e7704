"""Rules over the whole content, by subject."""
