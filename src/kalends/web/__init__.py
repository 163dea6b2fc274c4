"""The screens: function views that read through queries and write through edits (STYLE.md 12, 17)."""
