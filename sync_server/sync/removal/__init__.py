"""What is erased for good, and tombstones that have served."""
