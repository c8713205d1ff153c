"""The colours as Textual's themes."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from workbench.colours import CONSOLE, DARK, OURS, Colours


def theme(name: str, colours: Colours) -> Theme:
    """Return a theme of these colours."""
    ground = colours.background
    thumb, hover = colours.scrollbar
    return Theme(
        name=name,
        dark=colours.dark,
        primary=colours.primary,
        secondary=colours.secondary,
        accent=colours.accent,
        warning=colours.accent,
        error=colours.error,
        success=colours.success,
        foreground=colours.foreground,
        background=ground,
        surface=ground,
        panel=colours.panel,
        variables={
            "text-muted": colours.muted,
            "block-cursor-foreground": colours.cursor[0],
            "block-cursor-background": colours.cursor[1],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-foreground": colours.foreground,
            "block-cursor-blurred-background": colours.resting_cursor,
            "block-cursor-blurred-text-style": "none",
            "scrollbar": thumb,
            "scrollbar-hover": hover,
            "scrollbar-active": colours.primary,
            "scrollbar-background": ground,
            "scrollbar-background-hover": ground,
            "scrollbar-background-active": ground,
            "scrollbar-corner-color": ground,
        },
    )


def themes(known: Mapping[str, Colours] = OURS, *, sixteen: bool = False) -> dict[str, Theme]:
    """Return the themes of which all colours are known, by their names in the settings.

    Args:
        known: the colours by these names.
        sixteen: whether the terminal has no more colours; our dark ones are then of them.
    """
    shown = {**known, "dark": CONSOLE} if sixteen and known["dark"] is DARK else known
    return {name: theme(f"workbench-{name}", colours) for name, colours in shown.items()}
