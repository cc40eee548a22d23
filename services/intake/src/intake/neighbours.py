"""Intake reads from no other service."""
