"""Follow-up mail on the screen: what waits, who is in it, what is sent when, and what works."""
