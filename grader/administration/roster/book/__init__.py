"""The workbook of a roster: its columns, reading what a clerk filled in, writing templates."""
