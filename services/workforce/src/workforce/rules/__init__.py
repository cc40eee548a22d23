"""Tables and pure functions that a credentialing officer or a supervisor could review."""
