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
    panel="#1d2029",
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
    panel="#efeee9",
)
