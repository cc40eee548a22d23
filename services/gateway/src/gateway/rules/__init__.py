"""Tables and pure functions: who may do what, which service answers what."""
