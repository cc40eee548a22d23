"""Listens to the bakery from a database of its own: what crosses two databases is tried on it."""
