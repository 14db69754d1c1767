"""Where coroutines and Qt meet: work that is owned, and changes that arrive as signals."""
