"""`python -m sync_server` is `interview-desk-server`."""

import sys

from sync_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
