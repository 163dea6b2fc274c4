"""The calendar's second dialect: iCalendar text (RFC 5545)."""
