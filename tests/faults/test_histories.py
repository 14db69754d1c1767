"""Random histories of real desks: nothing is lost, doubled, leaked or different somewhere."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.faults.histories import Histories

HISTORIES = int(os.environ.get("INTERVIEW_DESK_HISTORIES", "10"))

Histories.TestCase.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# A long run may take its time.
TestHistories = pytest.mark.timeout(60 + 10 * HISTORIES)(Histories.TestCase)
