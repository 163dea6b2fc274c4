"""The calendar's own language: values without I/O, in the terms of RFC 5545 (DESIGN.md §9)."""
