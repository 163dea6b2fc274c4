"""What administrators decide: every setting declared once, stored values, environment overrides (DESIGN.md §3)."""
