"""The computer without widgets: paths, keyring, notifications, single instance."""
