"""Signing in: passwords, slips, limits, and what a person may change of their own account."""
