"""The year as administrators set it up: every rule in view, and units that confirm their rosters."""
