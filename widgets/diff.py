"""Versions of one text beside each other, each whole and as it is; what differs is underlined.

What somebody took away is struck out in what all were made from: a terminal that draws no such
line shows nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import ClassVar, Literal, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import clamp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from widgets.cursor_view import CursorView
from widgets.paint import ink
from widgets.plain import fit, visible, width
from widgets.wrap import Piece, wrap_pieces

__all__ = ["DiffView", "Part", "Version", "compare"]

DIFF_WORDS: Mapping[str, str] = {"ancestor": "before"}

LEAST_CELLS = 30
"""Narrower columns aren't read side by side: the versions stand below each other."""

MOST_PAIRS = 4_000_000
"""Comparing more tokens with each other would keep the screen waiting."""

_TOKEN = re.compile(r"[A-Za-z0-9_]+|\s|.", re.DOTALL)
_GAP = " │ "


@dataclass(frozen=True, slots=True)
class Version:
    """One version: what it is called (who, when), its text, and quiet remarks.

    ``note`` says above the text where it comes from, ``more`` below it what belongs to it.
    """

    label: str
    text: str
    note: str = ""
    more: str = ""


class Part(NamedTuple):
    """A stretch of text that both versions have, or only the new one, or only the base."""

    kind: Literal["same", "added", "removed"]
    text: str


def compare(base: str, text: str) -> list[Part]:
    """Return ``text`` as parts that are the same as in ``base``, added to it or removed from it.

    Chinese is compared by characters, Latin words and numbers as wholes. Leaving out what was
    removed gives ``text``; leaving out what was added gives ``base``.
    """
    a, b = _TOKEN.findall(base), _TOKEN.findall(text)
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    a_mid, b_mid = a[head : len(a) - tail], b[head : len(b) - tail]
    parts = [Part("same", "".join(a[:head]))]
    parts += _middle(a_mid, b_mid)
    parts.append(Part("same", "".join(a[len(a) - tail :])))
    return _joined(parts)


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many tokens are the same at the beginning of both."""
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(a: Sequence[str], b: Sequence[str]) -> Iterator[Part]:
    """Yield the parts of what differs at both ends."""
    if len(a) * len(b) > MOST_PAIRS:
        yield Part("removed", "".join(a))
        yield Part("added", "".join(b))
        return
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    for tag, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        old, new = "".join(a[a_from:a_to]), "".join(b[b_from:b_to])
        # One character that both have by chance would cut a change in two.
        if tag == "equal" and len(old) > 1:
            yield Part("same", old)
        else:
            yield Part("removed", old)
            yield Part("added", new)


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Join parts that touch, the removed before the added; leave out empty ones."""
    joined: list[Part] = []
    removed = added = ""
    for part in [*parts, Part("same", "")]:
        if part.kind == "removed":
            removed += part.text
        elif part.kind == "added":
            added += part.text
        elif part.text or part is parts[-1]:
            joined += [Part("removed", removed), Part("added", added), part]
            removed = added = ""
    joined += [Part("removed", removed), Part("added", added)]
    return [part for part in joined if part.text]


class DiffView(CursorView):
    """Versions of a text, one of which can be chosen."""

    class VersionHighlighted(Message):
        """The cursor came to stand on another version."""

        def __init__(self, view: DiffView, index: int) -> None:
            """Say in which view, and which version, from 0."""
            super().__init__()
            self.view = view
            self.index = index

        @property
        def control(self) -> DiffView:
            """The view."""
            return self.view

    class VersionChosen(Message):
        """A version was chosen."""

        def __init__(self, view: DiffView, index: int) -> None:
            """Say in which view, and which version, from 0."""
            super().__init__()
            self.view = view
            self.index = index

        @property
        def control(self) -> DiffView:
            """The view."""
            return self.view

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "diff--label",
        "diff--cursor",
        "diff--quiet",
        "diff--added",
        "diff--removed",
    }
    DEFAULT_CSS = """
    DiffView {
        height: 1fr;
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
        & > .diff--label { text-style: bold; }
        & > .diff--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
        &:blur > .diff--cursor {
            color: $foreground;
            background: $block-cursor-blurred-background;
        }
        & > .diff--quiet { color: $text-muted; }
        & > .diff--added { color: $text-success; text-style: bold underline; }
        & > .diff--removed { color: $text-error; text-style: italic strike; }
    }
    """

    cursor: reactive[int] = reactive(0, init=False)
    """The version under the cursor, from 0. Clamped to the versions there are."""
    empty: reactive[str] = reactive("", init=False)
    """What is shown where there are no versions."""

    def __init__(
        self,
        versions: Sequence[Version] = (),
        *,
        ancestor: Version | None = None,
        words: Mapping[str, str] | None = None,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Show versions.

        Args:
            versions: What there is to choose from.
            ancestor: What all of them were made from, if known; else they are compared with the
                first, and that with the second.
            words: The words of ``DIFF_WORDS`` in the reader's language.
            empty: What is shown where there are no versions.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(DiffView.empty, empty)
        self._words = {**DIFF_WORDS, **(words or {})}
        self._versions: tuple[Version, ...] = ()
        self._bodies: list[list[Piece]] = []
        self._ancestor: Version | None = None
        self._before: list[Piece] = []
        self._lines: list[tuple[Piece, ...]] = []
        self._starts: list[tuple[int, int]] = []
        self._cells = 0
        self.set_versions(versions, ancestor)

    # -- properties

    @property
    def versions(self) -> tuple[Version, ...]:
        """What there is to choose from."""
        return self._versions

    # -- public methods

    def set_versions(
        self, versions: Sequence[Version], ancestor: Version | None = None, cursor: int = 0
    ) -> None:
        """Show other versions, with the cursor on one of them."""
        self._versions, self._ancestor = tuple(versions), ancestor
        texts = [visible(version.text, multiline=True) for version in versions]
        base = visible(ancestor.text, multiline=True) if ancestor else None
        others = [*texts[1:2], *texts[:1] * len(texts)] if base is None else [base] * len(texts)
        self._bodies = [_body(text, other) for text, other in zip(texts, others, strict=False)]
        self._before = _kept(base, texts) if base else []
        self.cursor = cursor
        self._lay_out()
        self.show_from(0)

    def move(self, delta: int) -> None:
        """Move the cursor by versions; one that goes beyond the view is scrolled through first."""
        for _ in range(abs(delta)):
            step = 1 if delta > 0 else -1
            if not self._scroll_inside(step) and self._put_cursor(self.cursor + step):
                self._show_cursor()

    def go_to(self, index: int) -> None:
        """Put the cursor on a version and show its label; of one that is not there nothing."""
        if index in range(len(self._versions)) and self._put_cursor(index):
            self._show_cursor()

    def page(self, direction: int) -> None:
        """Scroll by a view, down for 1, up for -1; the cursor goes to the version most in view."""
        lines = self.size.height
        self.show_from(self.scroll_offset.y + direction * max(lines - 1, 1))
        if not self.side_by_side and self._starts:
            self._put_cursor(max(range(len(self._starts)), key=self._lines_in_view))

    def top(self) -> None:
        """Show the first lines, with the cursor on the first version."""
        self.show_from(0)
        self._put_cursor(0)

    def end(self) -> None:
        """Show the last lines, with the cursor on the last version."""
        self.show_from(len(self._lines))
        self._put_cursor(len(self._versions) - 1)

    def choose(self) -> None:
        """Choose the version under the cursor."""
        if self._versions:
            self.post_message(self.VersionChosen(self, self.cursor))

    # -- watch and validate

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor within the versions."""
        return clamp(cursor, 0, max(len(self._versions) - 1, 0))

    def watch_cursor(self) -> None:
        """Paint the labels anew."""
        self._lay_out()

    # -- render

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view."""
        cells = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self._lines):
            text = f"  {self.empty}" if y == 1 and not self._versions else ""
            return Strip([Segment(fit(text, cells), self.rich_style + self._style("quiet"))], cells)
        base = self.rich_style
        segments = [Segment(text, base + self._style(kind)) for text, kind in self._lines[number]]
        return Strip(segments).adjust_cell_length(cells, base)

    def _style(self, kind: str) -> Style:
        """Return the style of a piece."""
        if kind == "cursor":
            return self.get_component_rich_style("diff--cursor")
        return ink(self, f"diff--{kind}")

    # -- layout

    @property
    def side_by_side(self) -> bool:
        """Whether the versions stand beside each other."""
        return self._column_cells() >= LEAST_CELLS

    def _column_cells(self) -> int:
        """Return how wide a column is if the versions stand side by side."""
        count = max(len(self._versions), 1)
        return (self._cells - width(_GAP) * (count - 1)) // count

    def _lay_out(self) -> None:
        """Make all lines for the present width; there are few."""
        self._lines, self._starts = [], []
        if self._cells and self._versions:
            if self._ancestor:
                self._lines += self._ancestor_lines(self._ancestor)
            if self.side_by_side:
                self._lay_out_columns()
            else:
                self._lay_out_below()
        self._make_scrollable(len(self._lines))
        self.refresh()

    def _ancestor_lines(self, ancestor: Version) -> Iterator[tuple[Piece, ...]]:
        """Yield the lines of what the versions were made from."""
        said = f"{self._words['ancestor']} {visible(ancestor.label)} {visible(ancestor.note)}"
        yield (Piece(fit(said, self._cells), "quiet"),)
        yield from wrap_pieces(self._before, self._cells)
        yield ()

    def _lay_out_below(self) -> None:
        """Lay the versions out below each other; what they were made from belongs to the first."""
        for at in range(len(self._versions)):
            start = len(self._lines) if at else 0
            self._lines += self._block(at, self._cells)
            self._starts.append((start, len(self._lines)))
            self._lines.append(())

    def _lay_out_columns(self) -> None:
        """Lay the versions out beside each other."""
        cells = self._column_cells()
        start = len(self._lines)
        blocks = [self._block(at, cells) for at in range(len(self._versions))]
        for row in zip_longest(*blocks, fillvalue=()):
            line: list[Piece] = []
            for at, pieces in enumerate(row):
                if at:
                    line.append(Piece(_GAP, "quiet"))
                line += pieces
                line.append(Piece(" " * (cells - sum(width(text) for text, _ in pieces)), ""))
            self._lines.append(tuple(line))
        self._starts = [(start, len(self._lines))] * len(self._versions)

    def _block(self, at: int, cells: int) -> list[tuple[Piece, ...]]:
        """Return a version's lines: its label, and its text between its remarks."""
        version = self._versions[at]
        on = at == self.cursor
        label = fit(f"{'▸' if on else ' '} {at + 1} {version.label}", cells)
        lines: list[tuple[Piece, ...]] = [(Piece(label, "cursor" if on else "label"),)]
        if version.note:
            lines.append((Piece(fit(f"  {version.note}", cells), "quiet"),))
        lines += wrap_pieces(self._bodies[at], cells)
        if version.more:
            more = visible(version.more, multiline=True)
            lines += wrap_pieces([Piece(more, "quiet")], cells)
        return lines

    def _show_cursor(self) -> None:
        """Scroll as far as the version under the cursor needs."""
        if self._starts and not self.side_by_side:
            start, end = self._starts[self.cursor]
            top, lines = self.scroll_offset.y, self.size.height
            if start < top or end - start >= lines:
                self.show_from(start)
            elif end > top + lines:
                self.show_from(end - lines)

    def _put_cursor(self, at: int) -> bool:
        """Put the cursor on a version and say so. Returns whether it is another one."""
        before, self.cursor = self.cursor, at
        if self.cursor == before:
            return False
        self.post_message(self.VersionHighlighted(self, self.cursor))
        return True

    def _scroll_inside(self, step: int) -> bool:
        """Scroll on in the version under the cursor. Returns whether there was more of it."""
        if not self._starts or self.side_by_side:
            return False
        (start, end), top, lines = self._starts[self.cursor], self.scroll_offset.y, self.size.height
        more = end - (top + lines) if step > 0 else top - start
        if more <= 0 or not self._lines_in_view(self.cursor):
            return False
        self.show_from(top + step * min(more, max(lines // 2, 1)))
        return True

    def _lines_in_view(self, at: int) -> int:
        """Return how many lines of a version are in view."""
        start, end = self._starts[at]
        top = self.scroll_offset.y
        return max(0, min(end, top + self.size.height) - max(start, top))

    # -- events

    def _on_resize(self, event: events.Resize) -> None:
        """Lay out for another width."""
        self._cells = self.scrollable_content_region.width
        self._lay_out()

    async def _on_click(self, event: events.Click) -> None:
        """Put the cursor on the version; a double click chooses it."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        y = offset.y + self.scroll_offset.y
        for at, (start, end) in enumerate(self._starts):
            beside = self.side_by_side and offset.x // (self._column_cells() + width(_GAP)) != at
            if start <= y < end and not beside:
                self._put_cursor(at)
                if event.chain == 2:
                    self.choose()

    # -- actions

    def action_choose(self) -> None:
        """Choose the version under the cursor."""
        self.choose()


def _body(text: str, base: str) -> list[Piece]:
    """Return a version's text, all of it and nothing else, as pieces that are the same or new."""
    return [Piece(part, kind) for kind, part in compare(base, text) if kind != "removed"]


def _kept(base: str, texts: Sequence[str]) -> list[Piece]:
    """Return what versions were made from as pieces that all kept, and those that one took away."""
    gone = bytearray(len(base))
    for text in texts:
        at = 0
        for kind, part in compare(base, text):
            if kind == "removed":
                gone[at : at + len(part)] = b"\1" * len(part)
            if kind != "added":
                at += len(part)
    runs = groupby(zip(base, gone, strict=True), key=lambda pair: pair[1])
    return [
        Piece("".join(character for character, _ in run), "removed" if taken else "quiet")
        for taken, run in runs
    ]
