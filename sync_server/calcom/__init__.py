"""Cal.com's side: the inbox for its webhooks, and what its payloads mean."""
