"""A bakery: the smallest service, to test the plumbing without a clinic."""
