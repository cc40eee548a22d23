"""Reads from our other services. Referrals shows no names yet, so it asks nobody."""
