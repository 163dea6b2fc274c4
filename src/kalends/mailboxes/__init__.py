"""Outlook accounts of people here, and the ledger that ties their copies to events (DESIGN.md §4)."""
