"""Bytes to text, YAML text to located nodes; what is at fault is told and left out, and reading goes on."""
