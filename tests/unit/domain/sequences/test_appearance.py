"""How a mail looks, and whether an address can be one."""

import pytest

from interview_desk.domain.sequences.addresses import is_possible
from interview_desk.domain.sequences.appearance import html_of, one_line, with_footer


def test_paragraphs_lines_and_links_become_html_and_nothing_else_does() -> None:
    made = html_of("One <b>\ntwo\n\nSee https://example.org/a, or not.")
    assert made == (
        "<p>One &lt;b&gt;<br>\ntwo</p>\n"
        '<p>See <a href="https://example.org/a">https://example.org/a</a>, or not.</p>'
    )


def test_every_mail_says_how_to_get_no_more_in_its_own_language() -> None:
    text, html = with_footer("Hello", "<p>Hello</p>", language="de", link="https://x.example/u/1")
    assert text.startswith("Hello\n\n-- \n")
    assert "Abbestellen: https://x.example/u/1" in text
    assert '<a href="https://x.example/u/1">' in html
    text, _ = with_footer("Hello", "<p>Hello</p>", language="fr", link=None)
    assert 'reply "stop"' in text


def test_a_header_has_one_line() -> None:
    assert one_line("a\r\nBcc: b\t c") == "a Bcc: b c"


@pytest.mark.parametrize(
    "address",
    ["mara@startup.example", "m.l+x@sub.startup-x.example", "jürgen@müller.example", "a@b.co"],
)
def test_an_address_that_can_be(address: str) -> None:
    assert is_possible(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mara",
        "mara@",
        "@startup.example",
        "mara@startup",
        "ma ra@startup.example",
        "mara@start_up-.example",
        "mara@-startup.example",
        "mara@startup..example",
        ".mara@startup.example",
        "mara.@startup.example",
        "ma..ra@startup.example",
        "a@b@c.example",
        "Mara <mara@startup.example>",
        "mara@startup.example\nBcc: x@y.example",
        f"{'a' * 65}@startup.example",
        f"mara@{'a' * 250}.example",
    ],
)
def test_an_address_that_cannot_be(address: str) -> None:
    assert not is_possible(address)
