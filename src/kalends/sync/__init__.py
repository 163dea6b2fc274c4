"""How two calendars become one: decisions without deeds (plan, merge, guard, forecast), and deeds through ports."""
