"""Records and notes: the one way in, the one way out."""
