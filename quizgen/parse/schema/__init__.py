"""JSON Schema of what editors write."""
