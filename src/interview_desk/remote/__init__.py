"""The server as the desk sees it: HTTP and a live socket."""
