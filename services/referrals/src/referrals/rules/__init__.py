"""Tables and pure functions that a case manager or a privacy officer could review."""
