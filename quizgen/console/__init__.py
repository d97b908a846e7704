"""What every command line of the kit shares."""
