"""The colours of the desk by the job they do; widgets never name a colour themselves."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

# The grid that every distance stands on, in device-independent pixels.
GRID = 4

_STRAIGHT_UP_TO = 0.04045


class Hue(StrEnum):
    """What an event's colour says; the words beside it always say the same."""

    LEAD = "lead"  # I lead it
    NOTES = "notes"  # I take the notes
    TEAM = "team"  # I observe, or somebody else's
    ASKED = "asked"  # somebody still has to say yes
    MISSED = "missed"  # nobody came


class EventColours(NamedTuple):
    """One hue of the calendar: tinted fill, strong edge, readable text."""

    fill: str
    edge: str
    text: str
    past_fill: str
    past_edge: str
    past_text: str


class Tokens(NamedTuple):
    """Every colour of one theme."""

    window: str
    surface: str
    sunken: str
    hover: str
    pressed: str
    hairline: str
    hairline_strong: str
    off_hours: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_text: str
    accent_soft: str
    now: str
    on_now: str
    good: str
    warning: str
    bad: str
    good_soft: str
    warning_soft: str
    bad_soft: str
    tooltip: str
    on_tooltip: str
    events: Mapping[Hue, EventColours]

    def names(self) -> dict[str, str]:
        """The plain colours by name, for the style sheet."""
        return {name: said for name, said in self._asdict().items() if name != "events"}


LIGHT = Tokens(
    window="#f7f7f8",
    surface="#ffffff",
    sunken="#ececf0",
    hover="#f0f0f4",
    pressed="#dfdfe6",
    hairline="#e4e4e9",
    hairline_strong="#cfcfd8",
    off_hours="#f9f9fa",
    text="#17171c",
    muted="#5c5c68",
    accent="#4f46e5",
    accent_hover="#4338ca",
    accent_pressed="#362d9f",
    on_accent="#ffffff",
    accent_text="#4338ca",
    accent_soft="#eeedfd",
    now="#c81e2c",
    on_now="#ffffff",
    good="#0b6b46",
    warning="#8a4b00",
    bad="#b3192a",
    good_soft="#e3f5ec",
    warning_soft="#fdf0dd",
    bad_soft="#fde8ea",
    tooltip="#26262e",
    on_tooltip="#f5f5f7",
    events={
        Hue.LEAD: EventColours("#e6e4fb", "#4f46e5", "#2f2890", "#f4f3fd", "#a9a4f0", "#5d56b4"),
        Hue.NOTES: EventColours("#dcf1e7", "#178a5b", "#0b5236", "#f1f9f5", "#8ac6ab", "#3c6f59"),
        Hue.TEAM: EventColours("#deedfb", "#1d74c4", "#0f4676", "#f1f7fd", "#90bce3", "#3f6b95"),
        Hue.ASKED: EventColours("#fbe9d3", "#c26a12", "#703a05", "#fdf6ec", "#e0b78c", "#86602f"),
        Hue.MISSED: EventColours("#fce1e8", "#cb2f5c", "#861a3a", "#fdf2f5", "#e39ab0", "#94506a"),
    },
)

DARK = Tokens(
    window="#1b1b21",
    surface="#151519",
    sunken="#2a2a33",
    hover="#222229",
    pressed="#34343f",
    hairline="#2a2a32",
    hairline_strong="#3d3d48",
    off_hours="#18181d",
    text="#f2f2f5",
    muted="#a3a3b0",
    accent="#5b52e8",
    accent_hover="#685fee",
    accent_pressed="#4a42cc",
    on_accent="#ffffff",
    accent_text="#aaa5ff",
    accent_soft="#26244a",
    now="#ff6b70",
    on_now="#1b1b21",
    good="#56d39b",
    warning="#f0b45c",
    bad="#ff8a93",
    good_soft="#15302a",
    warning_soft="#382a16",
    bad_soft="#3d1d24",
    tooltip="#34343f",
    on_tooltip="#f5f5f7",
    events={
        Hue.LEAD: EventColours("#2d2a5e", "#847cff", "#dedcff", "#201f38", "#524e94", "#9e9acb"),
        Hue.NOTES: EventColours("#133d2c", "#3dc48a", "#c9f3e0", "#152a22", "#2f7557", "#80b39c"),
        Hue.TEAM: EventColours("#17375a", "#56a9f0", "#d3e8fd", "#172736", "#3a678f", "#85abcf"),
        Hue.ASKED: EventColours("#473012", "#eb9d43", "#fde5c8", "#2e2316", "#8a6234", "#c2a27a"),
        Hue.MISSED: EventColours("#4d1f30", "#f06a92", "#fdd9e3", "#301b23", "#8f4660", "#cd92a5"),
    },
)

# Which colours carry text on which; the contrast of every pair is tested (4.5:1).
_PLAIN = ("window", "surface", "sunken", "hover", "pressed", "off_hours")
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *(("text", ground) for ground in (*_PLAIN, "accent_soft")),
    *(("muted", ground) for ground in (*_PLAIN, "accent_soft")),
    *(("accent_text", ground) for ground in (*_PLAIN, "accent_soft")),
    *(("good", ground) for ground in ("window", "surface", "hover", "good_soft")),
    *(("warning", ground) for ground in ("window", "surface", "hover", "warning_soft")),
    *(("bad", ground) for ground in ("window", "surface", "hover", "bad_soft")),
    *(("now", ground) for ground in ("surface", "window", "off_hours")),
    *(("text", ground) for ground in ("good_soft", "warning_soft", "bad_soft")),
    *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed")),
    ("on_now", "now"),
    ("on_tooltip", "tooltip"),
)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two `#rrggbb` colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(over: str, ground: str, share: float) -> str:
    """`over` laid on `ground` with `share` of it showing, as one solid colour.

    Painting with opacity would let grid lines shine through.
    """
    mixed = (
        round(a * share + b * (1 - share))
        for a, b in zip(_channels(over), _channels(ground), strict=True)
    )
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    # The sRGB curve of WCAG 2: straight near black, a power above.
    return channel / 12.92 if channel <= _STRAIGHT_UP_TO else ((channel + 0.055) / 1.055) ** 2.4
