"""Notes: taken in order, read, folded."""
