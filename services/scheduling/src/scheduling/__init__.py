"""Scheduling: when a person and a member of staff meet, whether they may, and whether they did."""
