"""The colours, calm, so that what waits for a person stands out. Plain values: loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, as ``#rrggbb``; ``cursor`` is (text, ground)."""

    dark: bool
    primary: str
    secondary: str
    accent: str
    error: str
    success: str
    foreground: str
    background: str
    panel: str
    muted: str
    cursor: tuple[str, str]
    resting_cursor: str
    scrollbar: tuple[str, str]

    def ink(self, colour: str) -> str:
        """Return the colour that text is written in, mixed as Textual makes ``$text-primary``."""
        paper = 255 if self.dark else 0
        parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return "#" + "".join(f"{round(paper * 0.34 + part * 0.66):02x}" for part in parts)

    @property
    def statuses(self) -> Mapping[str, str]:
        """What the status words are written in."""
        return {
            "unset": self.ink(self.accent),
            "in-progress": self.ink(self.primary),
            "in_progress": self.ink(self.primary),
            "on_hold": self.muted,
            "awake": self.ink(self.accent),
            "resolved": self.ink(self.success),
        }

    @property
    def sides(self) -> Mapping[str, str]:
        """What the words of the sides are written in, as the widgets have them."""
        dark = ("#7aa2f7", "#c3a6ff", "#e8b65f", "#d0a98f")
        light = ("#2450a8", "#6433b0", "#865200", "#70452a")
        names = ("side-engineer", "side-rnd", "side-customer", "side-vendor")
        return dict(zip(names, dark if self.dark else light, strict=True))


DARK = Colours(
    dark=True,
    primary="#7aa2f7",
    secondary="#9d8cf0",
    accent="#e0af68",
    error="#f7768e",
    success="#8fbf7f",
    foreground="#cdd3e0",
    background="#15171e",
    panel="#1e212b",
    muted="#7d869c",
    cursor=("#f2f4fa", "#2f4170"),
    resting_cursor="#262b3a",
    scrollbar=("#333948", "#4a5267"),
)

LIGHT = Colours(
    dark=False,
    primary="#2f5fc4",
    secondary="#6a4fc0",
    accent="#a8680a",
    error="#c0304a",
    success="#3d7a36",
    foreground="#23262f",
    background="#fbfbf9",
    panel="#eeede8",
    muted="#75777f",
    cursor=("#14203c", "#c3d2f4"),
    resting_cursor="#e2e1dc",
    scrollbar=("#cfcec8", "#b3b2ac"),
)


def colours_of(theme: str) -> Colours:
    """Return the colours of a theme by its name in the settings."""
    return LIGHT if theme == "light" else DARK
