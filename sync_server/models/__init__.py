"""The tables, in one metadata."""
