"""The roster: reading a clerk's workbook, planning what it would change, and changing it."""
