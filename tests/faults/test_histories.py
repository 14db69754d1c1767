"""Random histories of real desks: nothing is lost, doubled, leaked or different somewhere."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.faults.histories import Histories
from tests.faults.restored_histories import RestoredHistories

HISTORIES = int(os.environ.get("INTERVIEW_DESK_HISTORIES", "6"))

_SETTINGS = settings(
    max_examples=HISTORIES,
    stateful_step_count=30,
    # A history takes a second: shrinking one would take longer than reading its thirty steps.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Histories.TestCase.settings = _SETTINGS
RestoredHistories.TestCase.settings = _SETTINGS
# A long run may take its time.
_patient = pytest.mark.timeout(120 + 10 * HISTORIES)

TestHistories = _patient(Histories.TestCase)
TestRestoredHistories = _patient(RestoredHistories.TestCase)
