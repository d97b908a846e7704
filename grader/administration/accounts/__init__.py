"""Accounts in administrators' hands: found in lists, seen and changed one by one."""
