"""Follow-up mail: what is written to a guest, when, why, and what ends it."""
