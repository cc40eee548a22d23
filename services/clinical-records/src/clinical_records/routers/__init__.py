"""HTTP doors, one per resource noun."""
