"""Intake: from the first call to admission, and who may be told what."""
