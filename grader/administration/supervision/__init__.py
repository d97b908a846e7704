"""Supervision: who still owes what, letters and lists about it, and what was done when."""
