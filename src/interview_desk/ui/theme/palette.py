"""Qt's palette from the tokens, and the way back for widgets that paint themselves."""

from PySide6.QtGui import QColor, QPalette

from interview_desk.ui.theme.tokens import DARK, LIGHT, Tokens, blend

_DARK_BELOW = 128
_DISABLED = 0.6


def palette_of(tokens: Tokens) -> QPalette:
    """The palette Fusion draws its controls with."""
    palette = QPalette()
    role = QPalette.ColorRole
    for wanted, colour in {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.hover,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.ToolTipBase: tokens.tooltip,
        role.ToolTipText: tokens.on_tooltip,
        role.Mid: tokens.hairline_strong,
        role.Midlight: tokens.hairline,
        role.Dark: tokens.hairline_strong,
        role.Light: tokens.hover,
        role.Shadow: tokens.hairline_strong,
    }.items():
        palette.setColor(wanted, QColor(colour))
    faded = QColor(blend(tokens.muted, tokens.window, _DISABLED))
    for muted in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, muted, faded)
    return palette


def tokens_of(palette: QPalette) -> Tokens:
    """The tokens of the theme that `palette` belongs to.

    A widget that paints asks with its own palette, so it follows a change of theme by itself.
    """
    # Mid, because a style sheet replaces Window and Base in the widgets it touches.
    dark = palette.color(QPalette.ColorRole.Mid).lightness() < _DARK_BELOW
    return DARK if dark else LIGHT
