"""Every widget can be shown alone, at every usual width, and be read on light and dark ground."""

from __future__ import annotations

import subprocess
import sys

import pytest
from rich.color import Color
from rich.style import Style

from tests.widgets.host import HOSTILE, screen
from widgets.gallery import SHOWN, Gallery

LEAST_CONTRAST = 3.0
"""What the web's guidelines ask of large or bold text; quiet text is meant to be quiet."""


def luminance(color: Color) -> float:
    """Return the relative luminance of a colour as the WCAG define it."""
    parts = [part / 255 for part in color.get_truecolor()]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(style: Style) -> float:
    """Return the contrast of a text with its ground, from 1 to 21."""
    assert style.color is not None
    assert style.bgcolor is not None
    low, high = sorted((luminance(style.color), luminance(style.bgcolor)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("name", SHOWN)
async def test_it_fits_the_screen(name: str, size: tuple[int, int]) -> None:
    gallery = Gallery(name)
    async with gallery.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        painted = screen(gallery)
        assert painted.count("\n") == size[1] - 1
        for character in HOSTILE:
            assert character.isprintable() or character not in painted


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "solarized-light"])
@pytest.mark.parametrize("name", SHOWN)
async def test_it_can_be_read(name: str, theme: str) -> None:
    gallery = Gallery(name)
    async with gallery.run_test(size=(120, 30)) as pilot:
        gallery.theme = theme
        await pilot.pause()
        for strip in gallery.screen._compositor.render_strips():
            for text, style, _ in strip:
                if style and any(character.isalnum() for character in text):
                    assert contrast(style) >= LEAST_CONTRAST, (text, style)


async def test_the_gallery_goes_round() -> None:
    gallery = Gallery("case_list")
    async with gallery.run_test(notifications=True) as pilot:
        for name in [*SHOWN, "case_list"]:
            await pilot.pause()
            assert f" {name}" in screen(gallery).splitlines()[-1]
            await pilot.press("f8")


def test_it_refuses_what_it_does_not_know() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "widgets", "nothing"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 2
    assert "case_list" in asked.stderr
