"""A guest in a sequence: taken in, written to, stopped, and what would come."""
