"""Rules over a bank as a whole."""
