"""What can be done to a chart: one file, one function, one verb phrase."""
