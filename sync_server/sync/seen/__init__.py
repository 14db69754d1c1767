"""Who sees which record, and what of it."""
