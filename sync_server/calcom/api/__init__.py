"""Calling Cal.com: one client per server, which keeps to the limits of its key."""
