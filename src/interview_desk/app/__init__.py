"""The composition root: builds the desk from its parts, and the command line."""
