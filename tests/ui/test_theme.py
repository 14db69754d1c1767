"""The look: readable in both themes, changed while running, drawn from what we bundle."""

import re
from importlib.resources import files

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.ui.theme import Appearance, Mode, apply_theme
from interview_desk.ui.theme.appearance import style_sheet
from interview_desk.ui.theme.fonts import font, load_bold, load_fonts
from interview_desk.ui.theme.icons import icon, pixmap
from interview_desk.ui.theme.palette import palette_of, tokens_of
from interview_desk.ui.theme.tokens import DARK, LIGHT, TEXT_PAIRS, Tokens, blend, contrast
from interview_desk.ui.widgets.parts import label, set_tone

READABLE = 4.5
# The mouse that presses has been over it before.
NOTICEABLE = 1.15
THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
RESOURCES = files("interview_desk_resources")
ICONS = sorted(entry.name.removesuffix(".svg") for entry in (RESOURCES / "icons").iterdir())


@THEMES
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(tokens: Tokens, text: str, ground: str) -> None:
    names = tokens.names()
    assert contrast(names[text], names[ground]) >= READABLE


@THEMES
def test_every_event_is_readable_also_when_it_is_past(tokens: Tokens) -> None:
    for colours in tokens.events.values():
        assert contrast(colours.text, colours.fill) >= READABLE
        assert contrast(colours.text, tokens.surface) >= READABLE  # tentative: no fill
        assert contrast(colours.past_text, colours.past_fill) >= READABLE
        assert contrast(colours.past_text, tokens.surface) >= READABLE


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_what_is_pressed_differs_from_what_the_mouse_is_over(tokens: Tokens) -> None:
    assert contrast(tokens.pressed, tokens.hover) >= NOTICEABLE


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_blend_is_one_solid_colour_between_the_two() -> None:
    assert blend("#ffffff", "#000000", 0.5) == "#808080"


@THEMES
def test_a_widget_that_paints_finds_its_theme_in_its_palette(tokens: Tokens) -> None:
    assert tokens_of(palette_of(tokens)) is tokens


@THEMES
def test_the_style_sheet_takes_every_colour_from_the_tokens(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens)
    source = (RESOURCES / "style" / "desk.qss").read_text()
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", source)


def test_the_theme_changes_while_the_window_is_open(
    qtbot: QtBot, qapp: QApplication, light: Appearance
) -> None:
    button = QPushButton("Join")
    plain = QWidget()
    qtbot.addWidget(button)
    qtbot.addWidget(plain)
    plain.show()
    with qtbot.waitSignal(light.theme_changed):
        apply_theme(qapp, "dark")
    assert plain.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    assert tokens_of(button.palette()) is DARK
    assert light.mode is Mode.DARK
    assert light.tokens is DARK
    light.use(Mode.SYSTEM)
    assert light.tokens is LIGHT  # a screen without a scheme counts as light


def test_the_bundled_typeface_is_used(qtbot: QtBot, light: Appearance) -> None:
    assert load_fonts()
    assert load_bold()
    assert QFontInfo(font()).family() == "Inter"


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_in_its_colour(qtbot: QtBot, name: str) -> None:
    image = pixmap(name, "#4f46e5", size=24).toImage()
    drawn = {
        image.pixelColor(x, y).name()
        for x in range(24)
        for y in range(24)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert drawn == {"#4f46e5"}
    assert not icon(name, "#4f46e5").isNull()


def test_words_that_are_seen_take_another_tone_at_once(qtbot: QtBot, light: Appearance) -> None:
    words = label("Saved", tone="muted")
    qtbot.addWidget(words)
    words.show()
    assert words.palette().windowText().color().name() == light.tokens.muted
    set_tone(words, name="tone", tone="bad")
    assert words.palette().windowText().color().name() == light.tokens.bad
    light.use(light.mode.DARK)
    assert words.palette().windowText().color().name() == light.tokens.bad
    light.use(light.mode.LIGHT)
