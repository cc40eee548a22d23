"""What may be decided about a chart: pure functions over tables that a clinician can review."""
