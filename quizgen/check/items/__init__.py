"""Rules over single items."""
