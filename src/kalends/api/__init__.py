"""The REST API under `/api/v1`: what the screens do, for programs (docs/reference/api.md)."""
