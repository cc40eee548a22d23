"""Journeys of the domain specification, walked through the gateway only. One module per journey, each with `STEPS`."""
