"""Recordings and transcripts that Cal.com has of an interview: fetched when somebody asks."""
