"""The client's use cases, without Qt; what they need from outside is in `ports`."""
