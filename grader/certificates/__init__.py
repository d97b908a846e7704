"""Certificates: the printed page, its fonts, and the signed statement in its QR code."""
