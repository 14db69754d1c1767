"""`python -m interview_desk.app` is `interview-desk`."""

import sys

from interview_desk.app.cli import main

sys.exit(main())
