"""Filling texts in: what a mail may do, and what is refused before anybody approves it."""

import pytest

from interview_desk.domain.sequences.plan import Template
from interview_desk.wire.mail_templates import (
    MAX_RENDERED,
    Rendered,
    TemplateMistake,
    check,
    render,
)

VALUES = {
    "guest_name": "Mara <script>alert(1)</script> Lindt",
    "guest_first_name": "Mara\nBcc: all@example.org",
    "promised": ["the summary", "a recording"],
    "open_questions": [],
}


def filled(text: str, *, html: str | None = None, subject: str = "Hello") -> Rendered:
    return render(Template(subject, text, html), VALUES)


def mistake(text: str, *, html: str | None = None, subject: str = "Hello") -> str:
    template = Template(subject, text, html)
    with pytest.raises(TemplateMistake) as wrong:
        render(template, VALUES)
    return str(wrong.value)


def test_a_text_names_its_guest_and_goes_through_a_list() -> None:
    text = (
        "Hi {{ guest_first_name | upper }}"
        "{% for thing in promised %}{{ loop.index }}. {{ thing }}{% if not loop.last %}, "
        "{% endif %}{% endfor %}{{ startup_name | default('your team') }}"
    )
    assert (
        filled(text).text == "Hi MARA BCC: ALL@EXAMPLE.ORG1. the summary, 2. a recordingyour team"
    )


def test_a_choice_can_ask_whether_something_is_known() -> None:
    text = "{% if startup_name is defined %}{{ startup_name }}{% else %}nobody{% endif %}"
    assert filled(text).text == "nobody"


def test_a_script_in_a_name_is_only_text_in_html_also_where_html_is_made_from_the_text() -> None:
    for html in (None, "<p>{{ guest_name }}</p>"):
        made = filled("{{ guest_name }}\n\nhttps://example.org/a?b=1&c=2.", html=html)
        assert "<script" not in made.html
        assert "&lt;script&gt;" in made.html
    assert (
        '<a href="https://example.org/a?b=1&amp;c=2">'
        in filled("https://example.org/a?b=1&c=2.").html
    )


def test_a_name_cannot_begin_another_header() -> None:
    assert filled("Text", subject="Hi {{ guest_first_name }}").subject == (
        "Hi Mara Bcc: all@example.org"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for i in range(1000000000) %}x{% endfor %}", "only a list of the catalogue"),
        ("{% for a in promised %}{% for b in promised %}{% endfor %}{% endfor %}", "inside a list"),
        ("{{ 'a' * 1000000000 }}", "a mail cannot calculate"),
        ("{{ 10 ** 10 ** 10 }}", "a mail cannot calculate"),
        ("{{ guest_name ~ guest_name }}", "a mail cannot put texts together"),
        ("{{ guest_name.__class__ }}", "variables have no parts"),
        ("{{ guest_name['x'] }}", "a mail cannot use getitem"),
        ("{{ guest_name.upper() }}", "a mail cannot call functions"),
        ("{{ gest_name }}", "there is no variable gest_name"),
        ("{{ guest_name | center(1000000000) }}", "there is no filter center"),
        ("{% set x = 1 %}", "a mail cannot use assign"),
        ("{% include 'other' %}", "a mail cannot use include"),
        ("{% macro a() %}{% endmacro %}", "a mail cannot use macro"),
        ("{% for x in guest_name %}{% endfor %}", "guest_name is no list"),
        ("{% for x in promised if x %}{% endfor %}", "a list is gone through as in"),
        ("{% for x in promised %}{{ loop.cycle }}{% endfor %}", "a loop has no cycle"),
        ("{% if guest_name is divisibleby 3 %}{% endif %}", "there is no test divisibleby"),
        ("{{ loop }}", "there is no variable loop"),
        ("Hello {{ guest_name", "a bracket is left open"),
        ("{% if %}", "this cannot be read"),
        ("{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", "nested too deeply"),
    ],
)
def test_what_could_run_wild_is_said_and_never_run(text: str, said: str) -> None:
    assert said in mistake(text)


def test_each_mistake_of_every_part_is_found_with_its_line() -> None:
    template = Template("{{ nam }}", "one\ntwo {{ x }}\n{{ y }}", "<p>{{ guest_name }}</p>")
    assert check(template) == [
        "Subject, line 1: there is no variable nam.",
        "Text, line 2: there is no variable x.",
        "Text, line 3: there is no variable y.",
    ]
    assert check(Template("a", "b")) == []


def test_a_variable_that_is_not_known_is_named_in_words() -> None:
    assert mistake("{{ startup_name }}") == (
        "Text: The startup is not known for this guest. Write it into the mail, or give the text "
        "a default: {{ startup_name | default('…') }}."
    )
    assert "What stayed open (a list) is not known" in mistake(
        "{% for one in open_questions %}{{ one }}{% endfor %}"
    )


def test_a_comparison_that_does_not_fit_is_said() -> None:
    assert mistake("{% if guest_name < 3 %}{% endif %}") == (
        "Text compares or changes what does not fit."
    )


def test_what_grows_too_long_is_cut_off_with_a_sentence() -> None:
    values = {"promised": ["x" * 5000] * 500}
    text = "{% for one in promised %}" + "{{ one }}" * 200 + "{% endfor %}"
    with pytest.raises(TemplateMistake, match=f"longer than {MAX_RENDERED} signs"):
        render(Template("Hello", text), values)
