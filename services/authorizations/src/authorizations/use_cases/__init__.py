"""What the service does: one file, one function, one verb phrase."""
