"""Members, devices and pairing."""
