"""XWiki markup (2.0 and 2.1), one line at a time: what a person reads, and what the line names.

Knows syntax only; which lines are labels, and of what, is told elsewhere. What is no complete
piece of markup is left as it stands, so no character of a text gets lost: a lone ``**``, a
bracket that nothing closes. Each line costs time linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from workbench.cases.record import Record
from workbench.exchange.page import PageImage

_FORMATS = frozenset(("**", "//", "--", "__", "^^", ",,", "##"))
_MARKS = re.compile(
    r"""~ | \*\* | // | -- | __ | \^\^ | ,, | \#\# | \\\\
    | \{\{\{? | \(\(\( | \)\)\) | \(% | \[\[
    | (?:https?|ftp)://[^\s"|>\[\]\u0080-\U0010ffff]*
    | (?<![A-Za-z0-9])(?:image|attach):(?=[^\s\[\]|>]) """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE_FILE = re.compile(r"[^\s\[\]|>:]{1,200}?\.[A-Za-z0-9]{1,5}(?![A-Za-z0-9.])")
_BRACKETS = re.compile(r"~.|\[\[|\]\]", re.DOTALL)
_LINK = re.compile(r"~.|\[\[|\]\]|>>|\|\|", re.DOTALL)
_ESCAPE = re.compile(r"~(.?)", re.DOTALL)
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_PARAMETER = re.compile(r'([A-Za-z-]{1,40})\s*=\s*"?([0-9]{1,5})(?:px)?(?![0-9.%])', re.IGNORECASE)
_RULE = re.compile(r"-{4,}")
_EQUALS = re.compile(r"=+")
_SPECIAL = frozenset("=-(")
"""Begin headings, rules and styles."""

_OUTER = "".join(
    chr(code)
    for code in (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C),
                 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF)
)  # fmt: skip
"""White space of any kind, and signs without width that editors leave at the ends of lines."""

_DEEPEST = 3
"""Links within links are read so deep: a picture in a link is 2."""


class Markup(Record):
    """A line as it is read: its text without outer spaces, and what it names.

    ``escaped`` holds the places in ``text`` of characters that a ``~`` stood before. ``heading``
    is the heading's level, or 0; ``closed`` says whether a heading has its ``=`` at the end too.
    """

    text: str
    images: tuple[PageImage, ...] = ()
    files: tuple[str, ...] = ()
    escaped: frozenset[int] = frozenset()
    heading: int = 0
    closed: bool = False

    @property
    def is_empty(self) -> bool:
        """True for a line that holds nothing but styling."""
        return not (self.text or self.images or self.files)


def bare(text: str) -> str:
    """Return the text without outer white space, signs without width among it."""
    return text.strip(_OUTER)


def read_line(source: str) -> Markup:
    """Read one line of source.

    A heading gives the text between its signs if it is closed; the caller decides what one that
    is not closed means, so its ``=`` stay in the text.
    """
    inner = bare(source)
    if inner[:1] not in _SPECIAL:
        return _inline(source)
    if inner.startswith("(%"):
        inner = _without_styles(inner)
    if _RULE.fullmatch(inner):
        return Markup("")
    signs = _EQUALS.match(inner)
    if signs is None or len(signs[0]) > 6:
        return _inline(source)
    level, end = len(signs[0]), inner.rstrip("=")
    closed = len(end) > level and len(end) < len(inner) and not end.endswith("~")
    read = _inline(inner[level : len(end)] if closed else source)
    return Markup(read.text, read.images, read.files, read.escaped, level, closed)


def read_verbatim(source: str) -> Markup:
    """Read a line within a block that shows its text as it is."""
    return Markup(bare(source))


def _without_styles(text: str) -> str:
    """Return a line, without outer spaces, without the styles in front of a heading."""
    start = 0
    while text.startswith("(%", start):
        end = text.find("%)", start + 2)
        if end < 0:
            break
        start = end + 2
        while start < len(text) and text[start] in _OUTER:
            start += 1
    return text[start:]


def _inline(source: str) -> Markup:
    if _MARKS.search(source) is None:
        return Markup(bare(source))
    return _Scan(source, 1).result()


Piece = tuple[Literal["text", "escape", "format"], str]


class _Scan:
    """One pass over a piece of source, from the left."""

    def __init__(self, source: str, depth: int) -> None:
        self.source = source
        self.depth = depth
        self.pieces: list[Piece] = []
        self.images: list[PageImage] = []
        self.files: list[str] = []
        self._ends = _closing(source) if "[[" in source and depth <= _DEEPEST else {}
        self._last = {sign: source.rfind(sign) for sign in ("}}", "}}}", "%)")}
        self._read()

    def result(self) -> Markup:
        text, escaped = _join(self.pieces)
        stripped = text.lstrip(_OUTER)
        shift = len(text) - len(stripped)
        text = stripped.rstrip(_OUTER)
        places = frozenset(place - shift for place in escaped if 0 <= place - shift < len(text))
        return Markup(text, tuple(self.images), tuple(self.files), places)

    def _read(self) -> None:
        source, at = self.source, 0
        while match := _MARKS.search(source, at):
            self._text(source[at : match.start()])
            at = self._mark(match[0], match.start())
        self._text(source[at:])

    def _text(self, text: str) -> None:
        if text:
            self.pieces.append(("text", text))

    def _mark(self, mark: str, at: int) -> int:
        """Take the mark that begins at ``at``; return where to go on."""
        after = at + len(mark)
        if mark in _FORMATS:
            self.pieces.append(("format", mark))
        elif mark == "~":
            self.pieces.append(("escape", self.source[after : after + 1]))
            return after + 1
        elif mark == "\\\\":
            self._text("\n")
        elif mark == "[[":
            return self._link(at)
        elif mark == "{{{":
            return self._verbatim(at)
        elif mark in ("{{", "(%"):
            return self._skip(at, mark, "}}" if mark == "{{" else "%)")
        elif mark.casefold() in ("image:", "attach:"):
            return self._bare_file(mark, after)
        elif mark not in ("(((", ")))"):
            return self._url(mark, at)
        return after

    def _skip(self, at: int, mark: str, end: str) -> int:
        """Leave out a macro's or a style's sign, from ``mark`` to ``end``."""
        if self._last[end] < at + 2:
            self._text(mark)
            return at + 2
        return self.source.index(end, at + 2) + 2

    def _verbatim(self, at: int) -> int:
        if self._last["}}}"] < at + 3:
            self._text("{{{")
            return at + 3
        end = self.source.index("}}}", at + 3)
        self._text(self.source[at + 3 : end])
        return end + 3

    def _url(self, url: str, at: int) -> int:
        """Take an address as it stands; a format's sign at its end is not the address's."""
        while url[-2:] in _FORMATS and not url.endswith("://"):
            url = url[:-2]
        self._text(url)
        return at + len(url)

    def _bare_file(self, scheme: str, after: int) -> int:
        match = _BARE_FILE.match(self.source, after)
        if match is None:
            self._text(scheme)
            return after
        self._name(scheme + match[0], "")
        return match.end()

    def _link(self, at: int) -> int:
        end = self._ends.get(at)
        if end is None:
            self._text("[[")
            return at + 2
        label, target, parameters = _split_link(self.source[at + 2 : end])
        if label is not None:
            self._label(label, target, parameters)
        elif not self._name(target, parameters):
            self._text(_unescape(target).strip())
        return end + 2

    def _label(self, label: str, target: str, parameters: str) -> None:
        """Take a link with a label: both are shown, or an address would be lost."""
        inner = _Scan(label, self.depth + 1)
        shown = inner.result().text
        self.images += inner.images
        self.files += inner.files
        named = {image.file for image in inner.images} | set(inner.files)
        address = _unescape(target).strip()
        if _file_name(target) in named or self._name(target, parameters) or address == shown:
            self._text(shown)
        else:
            self._text(f"{shown} ({address})" if shown else address)

    def _name(self, target: str, parameters: str) -> bool:
        """Take the target if it names a picture or a file."""
        name = _file_name(target)
        if not name:
            return False
        if target.strip()[:6].casefold() == "image:":
            sizes = {key.casefold(): int(size) for key, size in _PARAMETER.findall(parameters)}
            self.images.append(PageImage(name, sizes.get("width"), sizes.get("height")))
        else:
            self.files.append(name)
        return True


def _join(pieces: list[Piece]) -> tuple[str, list[int]]:
    """Join the pieces: formats go in pairs, the odd last one of a kind is text."""
    odd: dict[str, int] = {}
    for index, (kind, text) in enumerate(pieces):
        if kind == "format":
            if text in odd:
                del odd[text]
            else:
                odd[text] = index
    lone = set(odd.values())
    out: list[str] = []
    escaped: list[int] = []
    length = 0
    for index, (kind, text) in enumerate(pieces):
        if kind == "format" and index not in lone:
            continue
        if kind == "escape" and text:
            escaped.append(length)
        out.append(text)
        length += len(text)
    return "".join(out), escaped


def _closing(source: str) -> dict[int, int]:
    """Say of each ``[[`` that is closed where its ``]]`` stands."""
    ends: dict[int, int] = {}
    open_at: list[int] = []
    for match in _BRACKETS.finditer(source):
        if match[0] == "[[":
            open_at.append(match.start())
        elif match[0] == "]]" and open_at:
            ends[open_at.pop()] = match.start()
    return ends


class _Link(NamedTuple):
    label: str | None
    target: str
    parameters: str


def _split_link(content: str) -> _Link:
    """Split ``label>>target||parameters``; signs within a nested link are not this one's."""
    depth = 0
    label_end = parameters_at = None
    for match in _LINK.finditer(content):
        sign = match[0]
        if sign in ("[[", "]]"):
            depth += 1 if sign == "[[" else -1
        elif depth == 0 and sign == ">>" and label_end is None:
            label_end = match.start()
        elif depth == 0 and sign == "||":
            parameters_at = match.start()
            break
    target = content[:parameters_at]
    parameters = content[parameters_at + 2 :] if parameters_at is not None else ""
    if label_end is None:
        return _Link(None, target, parameters)
    return _Link(target[:label_end], target[label_end + 2 :], parameters)


def _file_name(target: str) -> str | None:
    """Return the name that ``image:`` or ``attach:`` stands before, or None for another target."""
    scheme, colon, name = target.strip().partition(":")
    if not colon or scheme.casefold() not in ("image", "attach"):
        return None
    return _BACKSLASH.sub(r"\1", _unescape(name)).strip() or None


def _unescape(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


_FENCES = re.compile(r"(\{\{\{)|\{\{(code|noformat)(?:\s[^{}]*)?\}\}", re.IGNORECASE)


def verbatim_blocks(lines: Iterable[str]) -> dict[int, bool]:
    """Find blocks whose lines show as they are: ``{{{``, ``{{code}}``, ``{{noformat}}``.

    Only a block whose signs stand on lines of their own counts, and only one that is closed
    before the next heading that looks like a case's: a sign that somebody forgot to close must not
    swallow the cases below it.

    Returns:
        For the index of each line of a block: True if it is text, False for the two signs.
    """
    blocks: dict[int, bool] = {}
    opened: int | None = None
    closes = ""
    for index, line in enumerate(lines):
        if opened is None and "{{" not in line:
            continue
        text = bare(line)
        if text.startswith("=") and "#" in text:
            opened = None
        elif opened is None:
            if match := _FENCES.fullmatch(text):
                opened, closes = index, "}}}" if match[1] else f"{{{{/{match[2].casefold()}}}}}"
        elif text.casefold() == closes:
            blocks |= dict.fromkeys(range(opened + 1, index), True)
            blocks |= {opened: False, index: False}
            opened = None
    return blocks
