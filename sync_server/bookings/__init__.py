"""Cal.com changes become interviews."""
