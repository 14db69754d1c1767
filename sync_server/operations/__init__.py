"""Health, export, keys and backup."""
