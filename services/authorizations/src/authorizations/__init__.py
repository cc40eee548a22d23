"""Coverage, eligibility, payers' authorizations and their units, service codes, charges."""
