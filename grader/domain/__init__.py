"""What the service is about, as frozen values and pure functions."""
