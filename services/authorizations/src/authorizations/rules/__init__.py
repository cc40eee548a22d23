"""What a biller can review: tables as data and pure functions."""
