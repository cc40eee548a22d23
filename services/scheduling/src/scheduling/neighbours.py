"""Scheduling asks no neighbour: what it decides on arrives in events."""
