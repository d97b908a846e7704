"""A built site made fit to be served."""
