"""Judging interviews as their inputs change: results with their reasons, kept for good."""
