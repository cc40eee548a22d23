"""Plumbing without nouns, and the contracts of the events that services tell each other."""
