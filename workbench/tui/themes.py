"""The colours as Textual's themes."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from workbench.colours import OF_SIXTEEN, OURS, Colours


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
        sixteen: whether the terminal has no more colours; those of ours are then of them.
    """

    def shown(name: str, colours: Colours) -> Colours:
        return OF_SIXTEEN[name] if sixteen and colours is OURS.get(name) else colours

    return {name: theme(f"workbench-{name}", shown(name, own)) for name, own in known.items()}
