"""One file = one function = one verb phrase."""
