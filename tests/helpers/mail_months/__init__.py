"""Months of follow-up mail on a clock of our own, with workers that die and an oracle."""
