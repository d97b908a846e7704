"""The pages of those who learn, and what these pages' scripts call."""
