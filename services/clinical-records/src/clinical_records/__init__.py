"""What is known, planned and written about a person in care."""
