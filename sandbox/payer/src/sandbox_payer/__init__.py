"""A stand-in insurer with scripted answers."""
