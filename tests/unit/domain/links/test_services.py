"""What is a join link on each of the services, and what is not."""

import pytest

from interview_desk.domain.links import find_link, link_of_location, service_name
from interview_desk.domain.links.catalogue import GENERIC, SERVICES
from tests.unit.domain.links.join_links import JOIN
from tests.unit.domain.links.other_links import AS_LOCATION, NO_JOIN, NOT_EVEN_AS_LOCATION

joins = [(slug, url) for slug, urls in JOIN.items() for url in urls]
no_joins = [url for urls in NO_JOIN.values() for url in urls]


@pytest.mark.parametrize(("slug", "url"), joins)
def test_a_join_link_is_recognised_as_written(slug: str, url: str) -> None:
    link = find_link(url)
    assert link is not None
    assert (link.service, link.url) == (slug, url)


@pytest.mark.parametrize("url", no_joins)
def test_other_pages_and_other_hosts_are_no_join_links(url: str) -> None:
    assert find_link(url) is None


@pytest.mark.parametrize(("slug", "url"), [(s, u) for s, us in AS_LOCATION.items() for u in us])
def test_messengers_and_unknown_hosts_count_only_as_a_location(slug: str, url: str) -> None:
    link = link_of_location(url)
    assert link is not None
    assert (link.service, link.url) == (slug, url)
    assert find_link(url) is None


@pytest.mark.parametrize("url", [u for urls in NOT_EVEN_AS_LOCATION.values() for u in urls])
def test_what_is_no_meeting_is_none_as_a_location_either(url: str) -> None:
    assert link_of_location(url) is None


def test_every_service_of_the_catalogue_is_tried_both_ways() -> None:
    slugs = {service.slug for service in SERVICES}
    assert JOIN.keys() | AS_LOCATION.keys() == slugs
    assert NO_JOIN.keys() | NOT_EVEN_AS_LOCATION.keys() == slugs
    assert len(slugs) == 81


def test_every_listed_host_serves_one_of_the_join_links_above() -> None:
    urls = [url for _, url in joins] + [url for urls in AS_LOCATION.values() for url in urls]
    tried = {url.split("/")[2].split(":")[0] for url in urls}
    listed = {host for service in SERVICES for site in service.sites for host in site.hosts}
    untried = {h for h in listed if not any(_covers(h, host) for host in tried)}
    assert untried == set()


def _covers(pattern: str, host: str) -> bool:
    start, star, end = pattern.rpartition("*")
    return host == pattern or bool(star and host.startswith(start) and host.endswith(end))


def test_names_are_for_people() -> None:
    assert service_name("google-meet") == "Google Meet"
    assert service_name(GENERIC) == "Meeting link"
    assert service_name("somewhere-new") == "somewhere-new"
