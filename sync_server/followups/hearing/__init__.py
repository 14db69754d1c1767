"""What comes back about mail: news from the provider, answers, and guests who want no more."""
