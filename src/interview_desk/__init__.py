"""Interview Desk: the desktop program, and the rules it shares with its server."""
