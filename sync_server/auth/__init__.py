"""Device tokens and the current caller."""
