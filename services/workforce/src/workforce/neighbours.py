"""Reads from our other services. Workforce shows ids only, so it asks nobody."""
