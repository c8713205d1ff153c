"""The colours: calm, so that what waits for a person stands out."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="workbench-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#9d8cf0",
    accent="#e0af68",
    warning="#e0af68",
    error="#f7768e",
    success="#8fbf7f",
    foreground="#cdd3e0",
    background="#15171e",
    surface="#15171e",
    panel="#1e212b",
    variables={
        "text-muted": "#7d869c",
        "block-cursor-foreground": "#f2f4fa",
        "block-cursor-background": "#2f4170",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#cdd3e0",
        "block-cursor-blurred-background": "#262b3a",
        "block-cursor-blurred-text-style": "none",
        "scrollbar": "#333948",
        "scrollbar-hover": "#4a5267",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#15171e",
        "scrollbar-background-hover": "#15171e",
        "scrollbar-background-active": "#15171e",
        "scrollbar-corner-color": "#15171e",
    },
)

LIGHT = Theme(
    name="workbench-light",
    dark=False,
    primary="#2f5fc4",
    secondary="#6a4fc0",
    accent="#a8680a",
    warning="#a8680a",
    error="#c0304a",
    success="#3d7a36",
    foreground="#23262f",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#eeede8",
    variables={
        "text-muted": "#75777f",
        "block-cursor-foreground": "#14203c",
        "block-cursor-background": "#c3d2f4",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#23262f",
        "block-cursor-blurred-background": "#e2e1dc",
        "block-cursor-blurred-text-style": "none",
        "scrollbar": "#cfcec8",
        "scrollbar-hover": "#b3b2ac",
        "scrollbar-active": "#2f5fc4",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "scrollbar-corner-color": "#fbfbf9",
    },
)
