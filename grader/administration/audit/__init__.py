"""The log of administrators' acts: searched, and verified."""
