"""The colours, calm, so that what waits for a person stands out: ours, and those of a person's own.

Plain values: loads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from workbench.cases.errors import BadInput
from workbench.language import t


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

_DARK_OF_SIXTEEN = Colours(
    dark=True,
    primary="#55ffff",
    secondary="#ff55ff",
    accent="#ffff55",
    error="#ff5555",
    success="#55ff55",
    foreground="#ffffff",
    background="#000000",
    panel="#000000",
    muted="#aaaaaa",
    cursor=("#000000", "#00aaaa"),
    resting_cursor="#0000aa",
    scrollbar=("#aaaaaa", "#ffffff"),
)

_LIGHT_OF_SIXTEEN = Colours(
    dark=False,
    primary="#0000aa",
    secondary="#00aaaa",
    accent="#aa00aa",
    error="#aa0000",
    success="#00aa00",
    foreground="#000000",
    background="#ffffff",
    panel="#ffffff",
    muted="#555555",
    cursor=("#ffffff", "#0000aa"),
    resting_cursor="#aaaaaa",
    scrollbar=("#aaaaaa", "#555555"),
)

OURS: Mapping[str, Colours] = {"dark": DARK, "light": LIGHT}
OF_SIXTEEN: Mapping[str, Colours] = {"dark": _DARK_OF_SIXTEEN, "light": _LIGHT_OF_SIXTEEN}
"""Ours on a terminal with sixteen colours: each is one of these, for two that are shown as the same
would hide what they tell."""

LEAST_CONTRAST = 3.0
"""What WCAG 2 asks of large text; below it nobody reads a list."""

_PAIRED = {"cursor_text": ("cursor", 0), "cursor": ("cursor", 1)} | {
    "scrollbar": ("scrollbar", 0),
    "scrollbar_hover": ("scrollbar", 1),
}
"""Names in a table of colours that stand for one side of a pair."""


def names() -> list[str]:
    """Return the names that a table of colours may use."""
    plain = [one.name for one in fields(Colours) if one.name not in ("cursor", "scrollbar")]
    return [*plain, *_PAIRED]


def own(raw: object) -> Colours:
    """Return the colours of a person's own theme; what it leaves out is as in ours.

    Args:
        raw: a table: ``dark`` (true or false), and colours as ``#rrggbb`` by their names.

    Raises:
        BadInput: it is no such table, or can't be read.
    """
    if not isinstance(raw, dict):
        raise BadInput(t("it is no table of colours"), t("Write it as: [themes.NAME]"))
    dark = raw.get("dark", True)
    if not isinstance(dark, bool):
        raise BadInput(t("dark is neither true nor false"))
    base = DARK if dark else LIGHT
    changed: dict[str, Any] = {}
    for name, value in raw.items():
        if name == "dark":
            continue
        _check_colour(name, value)
        if name in _PAIRED:
            whole, side = _PAIRED[name]
            pair = list(changed.get(whole, getattr(base, whole)))
            pair[side] = value
            changed[whole] = tuple(pair)
        else:
            changed[name] = value
    return _readable(replace(base, **changed))


def key_of_mistake(raw: Mapping[str, object]) -> str:
    """Return the key that ``own`` refuses, "" where it refuses several beside each other."""
    if not isinstance(raw.get("dark", True), bool):
        return "dark"
    for name, value in raw.items():
        try:
            if name != "dark":
                _check_colour(name, value)
        except BadInput:
            return name
    return ""


def _check_colour(name: str, value: object) -> None:
    if name not in names():
        known = ", ".join(names())
        raise BadInput(
            t("there is no colour “{name}”", name=name), t("There are {names}.", names=known)
        )
    if not (isinstance(value, str) and re.fullmatch("#[0-9A-Fa-f]{6}", value)):
        raise BadInput(
            t("{name} is “{value}”, no colour", name=name, value=value),
            t("Write it as #7aa2f7."),
        )


def _readable(colours: Colours) -> Colours:
    """Return the colours, if text can be read in them."""
    for ink, ground, words in (
        (colours.foreground, colours.background, "foreground, background"),
        (colours.foreground, colours.panel, "foreground, panel"),
        (*colours.cursor, "cursor_text, cursor"),
    ):
        found = contrast(ink, ground)
        if found < LEAST_CONTRAST:
            raise BadInput(
                t(
                    "{names} are too alike to be read: contrast {found}",
                    names=words,
                    found=f"{found:.1f}",
                ),
                t("It must be at least {least}.", least=LEAST_CONTRAST),
            )
    return colours


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 has it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
