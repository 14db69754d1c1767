"""The places of the window, each built on its first visit."""
