"""What administrators do: roster, publishing, reports, item statistics."""
