"""The main job, played for real: a server process, signed bookings, a desk, a lost network."""
