"""Files both programs read through importlib.resources."""
