"""What a reviewer can read: pure functions over tables. Standard library only."""
