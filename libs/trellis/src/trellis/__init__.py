"""The operator's command line of Trellis, and the embedded stack."""
