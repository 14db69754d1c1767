"""What a desk fetches: pulls, whole copies, digests, histories."""
