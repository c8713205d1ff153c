"""On a terminal with sixteen colours nothing that a colour tells apart becomes the same."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem

from workbench.colours import OF_SIXTEEN, OURS, Colours
from workbench.tui.themes import themes


def seen(colour: str) -> int | None:
    """Return which of the sixteen a terminal shows for a colour."""
    return Color.parse(colour).downgrade(ColorSystem.STANDARD).number


@pytest.mark.parametrize("name", OURS)
def test_what_differs_stays_apart(name: str) -> None:
    colours = OF_SIXTEEN[name]
    assert colours.dark is OURS[name].dark
    text, ground = map(seen, colours.cursor)
    papers = [seen(colours.background), ground, seen(colours.resting_cursor)]
    assert len(set(papers)) == 3, "the cursor's row looks like another one"
    assert text != ground
    plain = colours.foreground
    inks = {plain, colours.muted, colours.error, *colours.statuses.values()}
    assert not {seen(ink) for ink in inks} & {seen(colours.background)}
    words = {seen(colours.statuses[one]) for one in ("unset", "in_progress", "on_hold", "resolved")}
    assert len(words | {seen(plain)}) == 5


def test_ours_give_way_and_a_persons_own_stay() -> None:
    own = Colours(**{**vars(OURS["dark"]), "primary": "#123456"})
    few = themes({**OURS, "dark": own}, sixteen=True)
    assert (few["dark"].primary, few["light"].primary) == ("#123456", "#0000aa")
    assert themes()["light"].primary == OURS["light"].primary
