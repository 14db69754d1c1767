"""Telling everybody at once: the live connections, who is present, the other servers."""
