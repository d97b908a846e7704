"""One sitting, and what stands before it."""
