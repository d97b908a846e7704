"""Drawing papers: who may meet, how evenly, how equal."""
