"""The server a team shares: bookings in, one order of changes, follow-ups out."""
