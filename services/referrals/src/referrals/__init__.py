"""Referrals: who in the community can help, what people need, and whether help was reached."""
