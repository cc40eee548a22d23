"""One file, one function, one sentence of the requirements."""
