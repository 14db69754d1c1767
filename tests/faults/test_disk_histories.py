"""A server's disk fails and becomes well again: nothing is lost, and nobody asks on and on."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.faults.disk_histories import DiskHistories

HISTORIES = int(os.environ.get("INTERVIEW_DESK_DISK_HISTORIES", "4"))

DiskHistories.TestCase.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=20,
    # A history takes a second: shrinking one would take longer than reading its twenty steps.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# A long run may take its time.
TestDiskHistories = pytest.mark.timeout(120 + 10 * HISTORIES)(DiskHistories.TestCase)
