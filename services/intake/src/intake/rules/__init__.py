"""What a clinician or a privacy officer could review: pure tables and functions."""
