"""Judging an interview: the rating sheet, the panel, the result with its reasons, and what if."""
