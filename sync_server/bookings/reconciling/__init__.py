"""Asking Cal.com what has changed, so that nothing depends on an event having come through."""
