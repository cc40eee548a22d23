"""One file per resource noun."""
