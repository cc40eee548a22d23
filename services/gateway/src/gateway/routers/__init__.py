"""HTTP entry points, one file per resource noun."""
