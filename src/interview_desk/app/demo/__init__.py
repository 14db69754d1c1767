"""The main job, played for real: a server process, signed bookings, a desk, a lost network."""

from interview_desk.app.demo.run import run_demo

__all__ = ["run_demo"]
