"""An item of a thread, and how it is laid out as lines. Pure: paints nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

from widgets.plain import fit, visible, width
from widgets.wrap import Piece, fold, hits, wrap

THREAD_WORDS: Mapping[str, str] = {
    "problem": "problem",
    "untagged": "nobody named",
    "author": "typed by {who}",
    "edited": "edited",
    "edited_by": "edited by {who}",
    "hidden": "hidden",
    "redacted": "redacted",
    "unread": "new",
    "decision": "{n} to decide",
    "picture": "picture {name}",
    "file": "file {name}",
    "more": "… {n} more lines",
}

SPEAKER_COLOURS = 8
SIDES: Mapping[str, tuple[int, ...]] = {
    "engineer": (0, 1, 2),
    "rnd": (3, 4),
    "customer": (5, 6),
    "vendor": (7,),
}
"""Which of the colours each side's speakers have; a speaker of no known side has any of them."""

GUTTER = 2
"""Cells left of an item: the cursor's bar and the sign of an unread entry."""
INDENT = 2
MOST_INDENT = 16
READABLE = 24
"""Fewer cells than this for a text aren't worth an indent."""


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """One item of a thread.

    An item that is ``gone`` takes its place among the others and shows nothing.
    ``when`` is shown as it is. ``position`` counts from 1; 0 shows none. ``depth`` is 0 or how many
    entries it answers in turn. ``side`` (engineer, rnd, customer, vendor) narrows the speaker's
    colour, ``side_word`` stands beside the name. ``waiting`` says why the text is not whole yet.
    ``notes`` are quiet small hints.
    """

    id: str
    kind: Literal["problem", "entry", "event", "gone"]
    text: str = ""
    speaker: str | None = None
    author: str | None = None
    when: str = ""
    position: int = 0
    depth: int = 0
    side: str | None = None
    side_word: str = ""
    images: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    edited: bool = False
    edited_by: str | None = None
    hidden: bool = False
    redacted: bool = False
    unread: bool = False
    waiting: str | None = None
    decisions: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an item, without the gutter.

    ``lead`` characters at its beginning are decoration that copying leaves out; a ``soft`` line
    continues the one above. ``hits`` tell of each piece that is a hit which one of its text it is,
    from 0: one that is broken stands in two lines.
    """

    pieces: tuple[Piece, ...]
    lead: int = 0
    soft: bool = False
    hits: range = range(0)


BLANK = Line(())
SLACK = 2
"""So many lines more than wanted are shown rather than folded."""
MORE = "more"
"""The kind of the line that stands for those that are folded away."""
PASSED_OVER = ("event", "gone")
"""Kinds of items on which the cursor does not stand."""


def speaker_kind(speaker: str | None, side: str | None) -> str:
    """Return the kind of a speaker's name: the same colour for the same name, everywhere."""
    if not speaker:
        return "quiet"
    colours = SIDES.get(side or "", tuple(range(SPEAKER_COLOURS)))
    return f"speaker-{colours[crc32(fold(speaker).encode()) % len(colours)]}"


def indent(item: ThreadItem, cells: int) -> int:
    """Return how far an item is indented, leaving room for its text."""
    return max(0, min(item.depth * INDENT, MOST_INDENT, cells - GUTTER - READABLE))


def estimate(item: ThreadItem, cells: int) -> int:
    """Return about how many lines an item takes, in a microsecond."""
    if item.kind == "event":
        return 1
    room = max(cells - GUTTER - indent(item, cells), 1)
    text = item.text
    wide = len(text) if text.isascii() else 2 * len(text)
    files = len(item.images) + len(item.attachments)
    return 2 + (1 + text.count("\n") + wide // room if text else 0) + files


Spans = Sequence[tuple[int, int]]
Finder = Callable[[str], Spans]
"""Says where a text mentions something, from the first to behind the last sign."""


def lay_out(
    item: ThreadItem,
    cells: int,
    words: Mapping[str, str],
    terms: Sequence[str] = (),
    mentions: Finder = lambda text: (),
    most: int = 0,
    *,
    is_shut: bool = False,
) -> list[Line]:
    """Return the lines of an item for a thread of ``cells`` cells.

    Args:
        item: What is shown.
        cells: The width of the thread, the gutter included.
        words: The words of ``THREAD_WORDS`` in the reader's language.
        terms: Folded search terms to mark.
        mentions: Gives what is marked as a chip: numbers and keys that lead elsewhere.
        most: Of a text of more lines so many are shown, and how many more there are, unless what is
            looked for stands in those; 0 for all.
        is_shut: Whether a person folded it though something looked for stands there.
    """
    if item.kind == "gone":
        return []
    if item.kind == "event":
        return [_event(item, cells)]
    inset = indent(item, cells)
    room = max(cells - GUTTER - inset, 1)
    space = Piece(" " * inset, "text")
    header = [
        Line((space, *line), inset, soft=at > 0)
        for at, line in enumerate(_flow(_header(item, words), room))
    ]
    text = list(_text(item, room, space, terms, mentions))
    if most and is_long(text, most) and (is_shut or not any(map(has_hit, text[most:]))):
        more = words["more"].format(n=len(text) - most)
        text = [*text[:most], Line((space, Piece(fit(more, room).rstrip(), MORE)), inset)]
    return [*header, *text, *_names(item, room, space, words), BLANK]


def is_long(text: Sequence[Line], most: int) -> bool:
    """Return whether a text is worth folding: the line that says so takes one too."""
    return len(text) > most + SLACK


def has_hit(line: Line) -> bool:
    """Return whether something looked for stands in a line."""
    return bool(line.hits)


def found_in(item: ThreadItem, terms: Sequence[str]) -> Spans:
    """Return where folded terms stand in the text of an item, as it is shown."""
    text = visible(item.text, multiline=True) if item.kind not in PASSED_OVER and terms else ""
    return hits(text, terms) if text else ()


def _event(item: ThreadItem, cells: int) -> Line:
    """Return the one quiet line of an event."""
    said = "  ".join(visible(part) for part in (item.when, item.author, item.text) if part)
    return Line((Piece(fit(f"· {said}", max(cells - GUTTER, 1)).rstrip(), "event"),), 2)


def _header(item: ThreadItem, words: Mapping[str, str]) -> Iterator[Piece]:
    """Yield the pieces of the line that says who, when and which."""
    if item.depth:
        yield Piece("↳", "quiet")
    if item.kind == "problem":
        yield Piece(words["problem"], "problem")
    speaker = visible(item.speaker) if item.speaker else ""
    if speaker or item.kind == "entry":
        kind = speaker_kind(item.speaker, item.side)
        yield Piece(f"【{speaker or words['untagged']}】", kind)
        if item.side_word:
            yield Piece(visible(item.side_word), kind)
    if item.when:
        yield Piece(visible(item.when), "when")
    if item.position:
        yield Piece(f"· {item.position}", "quiet")
    for text, kind in _hints(item, words):
        yield Piece(f"· {visible(text)}", kind)


def _hints(item: ThreadItem, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what else there is to know about an item, the urgent first."""
    if item.decisions:
        yield words["decision"].format(n=item.decisions), "alert"
    if item.waiting:
        yield item.waiting, "alert"
    if item.unread:
        yield words["unread"], "unread"
    if item.hidden:
        yield words["hidden"], "quiet"
    if item.redacted:
        yield words["redacted"], "quiet"
    if item.edited_by:
        yield words["edited_by"].format(who=item.edited_by), "quiet"
    elif item.edited:
        yield words["edited"], "quiet"
    if item.author and item.author != item.speaker:
        yield words["author"].format(who=item.author), "quiet"
    for note in item.notes:
        yield note, "quiet"


def _flow(pieces: Iterator[Piece], room: int) -> Iterator[tuple[Piece, ...]]:
    """Yield lines of pieces with a space between; a piece goes to the next line where none fits."""
    line: list[Piece] = []
    left = room
    for piece in pieces:
        cells = width(piece.text)
        if line and cells + 1 > left:
            yield tuple(line)
            line, left = [], room
        if line:
            line.append(Piece(" ", "text"))
            left -= 1
        if cells > left:
            piece = Piece(fit(piece.text, left), piece.kind)
            cells = left
        line.append(piece)
        left -= cells
    yield tuple(line)


def _text(
    item: ThreadItem, room: int, space: Piece, terms: Sequence[str], mentions: Finder
) -> Iterator[Line]:
    """Yield the lines of the text."""
    text = visible(item.text, multiline=True)
    found = found_in(item, terms)
    begins, ends = [first for first, _ in found], [last for _, last in found]
    marks = _marks(found, mentions(text))
    kind = "quiet" if item.hidden or item.redacted else "text"
    after = -1
    for start, end in wrap(text, room) if text else ():
        soft = after >= 0 and "\n" not in text[after:start]
        here = range(bisect_right(ends, start), bisect_left(begins, end))
        yield Line((space, *_marked(text, start, end, kind, marks)), len(space.text), soft, here)
        after = end


def _names(item: ThreadItem, room: int, space: Piece, words: Mapping[str, str]) -> Iterator[Line]:
    """Yield the lines of pictures and files."""
    for names, word in ((item.images, "picture"), (item.attachments, "file")):
        for name in names:
            label = visible(words[word].format(name=name))
            yield Line((space, Piece(fit(f"▪ {label}", room).rstrip(), "file")), len(space.text))


def _marked(
    text: str, start: int, end: int, kind: str, marks: Sequence[tuple[int, int, str]]
) -> Iterator[Piece]:
    """Yield a stretch of text, what is marked in it apart."""
    for first, last, mark in marks:
        if last <= start or first >= end:
            continue
        if first > start:
            yield Piece(text[start:first], kind)
        yield Piece(text[max(first, start) : min(last, end)], mark)
        start = min(last, end)
    if start < end:
        yield Piece(text[start:end], kind)


def _marks(found: Spans, mentions: Spans) -> list[tuple[int, int, str]]:
    """Return what is marked, in order; where something looked for is mentioned, it is a hit."""
    marks = [(first, last, "hit") for first, last in found]
    for first, last in mentions:
        for begin, end in found:
            if first < end and begin < last:
                if first < begin:
                    marks.append((first, begin, "mention"))
                first = max(first, end)
        if first < last:
            marks.append((first, last, "mention"))
    return sorted(marks)
