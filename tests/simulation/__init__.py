"""Seeded schedules of people, faults and two calendars, run against graphtwin in this process."""
