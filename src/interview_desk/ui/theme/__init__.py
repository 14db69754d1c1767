"""How the desk looks: tokens, palette, style sheet, fonts and icons in light and dark."""

from interview_desk.ui.theme.appearance import STYLE, Appearance, Mode, apply_theme

__all__ = ["STYLE", "Appearance", "Mode", "apply_theme"]
