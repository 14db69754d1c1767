"""The agreed cases, where the shared facts are at hand."""

import json
from pathlib import Path

from interview_desk.domain.links import find_link


def test_every_open_case_is_exact(shared: Path) -> None:
    cases = json.loads((shared / "meeting-links" / "cases_open.json").read_text(encoding="utf-8"))
    wrong = []
    for case in cases:
        link = find_link(case["text"])
        got = (link.service, link.url) if link else (None, None)
        if got != (case["expect_service"], case["expect_url"]):
            wrong.append((case["id"], got))
    assert wrong == []
    assert len(cases) == 183


def test_the_catalogue_names_the_services_of_the_facts(shared: Path) -> None:
    from interview_desk.domain.links.catalogue import SERVICES

    facts = json.loads((shared / "meeting-links" / "services.json").read_text(encoding="utf-8"))
    assert {service.slug for service in SERVICES} == {fact["slug"] for fact in facts}
