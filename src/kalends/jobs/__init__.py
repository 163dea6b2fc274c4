"""Background work, on procrastinate: each module declares the jobs of one concern (DESIGN.md §2).

The queue lies in PostgreSQL, so a job appears exactly when the edit that asked for it is committed.
"""
