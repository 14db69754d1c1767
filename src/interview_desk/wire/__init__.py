"""What crosses the network: shapes, paths and problem codes, shared with the server."""
