"""Links in HTML: what can be clicked or read, and nothing else."""

import pytest

from interview_desk.domain.links import MeetingLink, find_link

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://zoom.us/j/1234567890"


@pytest.mark.parametrize(
    "text",
    [
        f'<a href="{MEET}">Join</a>',
        f"<A class='x' HREF='{MEET}' target=_blank>Join</A>",
        f"<a href={MEET}>Join</a>",
        f'<a\nhref = "{MEET}"\n>Join</a>',
        f'<a href=" {MEET}\n">Join</a>',
        '<a href="https://meet.google\n.com/abc-defg-hij">Join</a>',
        '<a href="https://meet.google.com&#x2F;abc-defg-hij">Join</a>',
        '<a href="meet.google.com/abc-defg-hij">Join</a>',
        f'<a title="a > b" href="{MEET}">Join</a>',
        f'<a href="{MEET}" href="{ZOOM}">Join</a>',
        f'<a data-href="{ZOOM}" href="{MEET}">Join</a>',
        f"<p>{MEET}</p>",
        f"Data: <p>{MEET}</p>",
        f"Data:<p>{MEET}</p>",
        f"<b>{MEET}</b><br>See you",
        f"{MEET}<br/>",
        f"<p>Join &lt;{MEET}&gt;</p>",
        f"<p>Join <{MEET}></p>",
        f"<!-- {ZOOM} --><p>{MEET}</p>",
        f"<!--><p>{MEET}</p>",
        f"<!DOCTYPE html><p>{MEET}",
        f"<style>a{{b:url({ZOOM})}}</style><p>{MEET}</p>",
        f"<script>open('{ZOOM}')</script ><p>{MEET}</p>",
        f"<title>{ZOOM}</title><p>{MEET}</p>",
        f"<template><a href='{ZOOM}'>x</a></template><p>{MEET}</p>",
        f'<img src="{ZOOM}" alt="x"><p>{MEET}</p>',
        f'<form action="{ZOOM}"><p>{MEET}</p></form>',
        f'<area href="{ZOOM}"><p>{MEET}</p>',
        f'<link href="{ZOOM}"/><p>{MEET}</p>',
        f'<a href="/join?u=zoom.us/j/1234567890">x</a><p>{MEET}</p>',
        f'<a href="r.php?u=zoom.us/j/1234567890">x</a><p>{MEET}</p>',
        f'<a href="#zoom.us/j/1234567890">x</a><p>{MEET}</p>',
        f'<a href="javascript:open(`{ZOOM}`)">x</a><p>{MEET}</p>',
        f'<a href="java&#10;script:open(`{ZOOM}`)">x</a><p>{MEET}</p>',
        f'<a name="top">x</a><p>{MEET}</p>',
        f'<abbr title="{ZOOM}">x</abbr><p>{MEET}</p>',
        f"<o:p>{MEET}</o:p><br>",
        f"<p>{MEET}<wbr>x</p>",
        f'<a href="{MEET}">{ZOOM}</a>',
        f'<a href="">x</a><p>{MEET}</p>',
    ],
)
def test_link_targets_and_visible_text_count(text: str) -> None:
    assert find_link(text) == MeetingLink("google-meet", MEET)


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- {MEET} -->",
        f"<!-- {MEET}",
        f"<style>{MEET}</style>",
        f"<script>{MEET}",
        f'<img src="{MEET}">',
        f'<form action="{MEET}"></form>',
        f'<iframe src="{MEET}"></iframe>',
        f'<p title="{MEET}">x</p>',
        f'<a data-href="{MEET}">x</a>',
        '<a href="//meet.google.com/abc-defg-hij">x</a>',
        f'<a href="https://evil.example/?{MEET}">x</a>',
        '<a href="https://zoom.us&#64;evil.com/j/1234567890">x</a>',
        f'data:text/html,<a href="{MEET}">x</a>',
        f" DATA:text/html;charset=utf-8,<p>{MEET}</p>",
        f"javascript:document.write('<a href={MEET}>x</a>')",
        "<p>meet.google.com</p>",
        "<p>https://meet.google.com/abc-<b>defg</b>-hij</p>",
    ],
)
def test_what_nobody_sees_does_not_count(text: str) -> None:
    assert find_link(text) is None


def test_an_address_in_angle_brackets_is_no_tag() -> None:
    assert find_link(f"<{MEET}> <zoom.us/j/1234567890>") == MeetingLink("google-meet", MEET)
    assert find_link("<zoom.us/j/1234567890>") == MeetingLink("zoom", ZOOM)


def test_a_broken_tag_costs_nothing_but_itself() -> None:
    assert find_link(f'<p>x</p> <a href="{MEET}') == MeetingLink("google-meet", MEET)
    assert find_link("<a " * 20_000 + "<br>" + MEET) == MeetingLink("google-meet", MEET)
