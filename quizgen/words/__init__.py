"""The ground: what the system says, texts cut to length, files written whole."""
