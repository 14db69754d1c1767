"""Looking into the inbox of Cal.com's events, and having them read again."""
