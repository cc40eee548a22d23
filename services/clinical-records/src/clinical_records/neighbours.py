"""Reads from other services. Clinical-records needs none: what it decides on arrives in events."""
