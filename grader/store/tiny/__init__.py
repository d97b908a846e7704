"""The embedded default: one small TinyDB file a document."""
