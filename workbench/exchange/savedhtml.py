"""The wiki's source view as a browser saved it: exact spaces, and the names of the authors."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from workbench.cases.said import said
from workbench.exchange.decoding import is_damaged, show_damage
from workbench.exchange.page import Revision
from workbench.exchange.wrapped import Row, Wrapped, in_sequence, read_saved, read_title

_CELLS = frozenset(("author", "version", "line-number", "content"))
_REVISION = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})")
_NUMBER = re.compile(r"[0-9]{1,7}")
_SIGN = re.compile(r"<!--|<!|<\?|<script\b|<style\b|<", re.IGNORECASE)
_TAG = re.compile(r"""</?[a-z](?:[^<>"']|"[^"<]*"|'[^'<]*')*>""", re.IGNORECASE)
_ASIDE_ENDS = {
    "<!--": re.compile("-->"),
    "<!": re.compile(">"),
    "<?": re.compile(">"),
    "<scr": re.compile(r"</script[^>]{0,99}>", re.IGNORECASE),
    "<sty": re.compile(r"</style[^>]{0,99}>", re.IGNORECASE),
}


def unwrap_html(text: str, encoding: str) -> Wrapped:
    """Take the lines of the page out of a saved source view.

    Its rows are ``tr.line`` with ``td.author``, ``td.version``, ``td.line-number`` and
    ``td.content``; author and version are empty, or missing, on the further rows of a group.
    """
    view = _View()
    view.feed(_made_safe(text))
    view.close()
    view.end()
    lines, damaged, refused = in_sequence(view.rows)
    if view.cut:
        after = lines[-1].number if lines else 0
        refused += (
            said("The file ends before the table of lines does, after line {line}.", line=after),
        )
    saved_by, saved_at = read_saved(" ".join("".join(view.outside).split()))
    return Wrapped(
        "html",
        lines,
        view.name(),
        damaged=damaged,
        cut=view.cut,
        saved_by=saved_by,
        saved_at=saved_at,
        encoding=encoding,
        refused=refused,
    )


def _made_safe(text: str) -> str:
    """Return HTML that html.parser reads in linear time and without failing.

    It takes quadratic time for tags and comments that are not closed, and fails on some
    declarations. So what only looks like a tag becomes text, and a tag without meaning stands for
    comments, declarations, scripts and styles, which hold no line of the page. Of those what is
    not closed is left out to the end, as browsers do.
    """
    kept: list[str] = []
    at = 0
    while sign := _SIGN.search(text, at):
        kept.append(text[at : sign.start()])
        at = sign.end()
        if sign[0] != "<":
            end = _ASIDE_ENDS[sign[0][:4].lower()].search(text, at)
            if end is None:
                return "".join(kept)
            kept.append("<wbr>")
            at = end.end()
        elif tag := _TAG.match(text, sign.start()):
            kept.append(tag[0])
            at = tag.end()
        else:
            kept.append("&lt;")
    return "".join((*kept, text[at:]))


class _View(HTMLParser):
    """Collects the rows, and the text outside of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.outside: list[str] = []
        self.titles: dict[str, list[str]] = {"h1": [], "title": []}
        self.cut = False
        self._cells: dict[str, list[str]] | None = None
        self._cell: str | None = None
        self._pictures: list[str] = []
        self._title: str | None = None
        self._tables = 0

    def name(self) -> str | None:
        """Return the page's name, from its first heading or the window's title."""
        texts = [" ".join("".join(self.titles[tag]).split()) for tag in ("h1", "title")]
        named = next(filter(None, map(read_title, texts)), None)
        name = named or next(filter(None, texts), None)
        return name.removesuffix(" - XWiki").strip() or None if name else None

    def end(self) -> None:
        """Take what the file breaks off in."""
        if self._cells is not None:
            self.cut = True
            self._finish(whole=False)
        self.cut = self.cut or (self._tables > 0 and bool(self.rows))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        classes = (attributes.get("class") or "").split()
        if tag == "tr":
            self._finish(whole=True)
            if "line" in classes:
                self._cells, self._pictures = {}, []
        elif tag == "td":
            self._cell = next(filter(_CELLS.__contains__, classes), "")
        elif tag == "img" and self._cell == "author":
            self._pictures += filter(None, (attributes.get("alt") or attributes.get("title"),))
        elif tag == "table":
            self._tables += 1
        elif tag in self.titles and not self.titles[tag]:
            self._title = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._cell = None
        elif tag == "tr":
            self._finish(whole=True)
        elif tag == "table":
            self._finish(whole=True)
            self._tables = max(self._tables - 1, 0)
        elif tag == self._title:
            self._title = None

    def handle_data(self, data: str) -> None:
        if self._cells is not None:
            if self._cell:
                self._cells.setdefault(self._cell, []).append(data)
        else:
            self.outside.append(data)
            if self._title:
                self.titles[self._title].append(data)

    def _finish(self, *, whole: bool) -> None:
        if self._cells is None:
            return
        cells = {name: "".join(texts) for name, texts in self._cells.items()}
        self._cells = self._cell = None
        if "content" not in cells and not whole:
            return
        text = _one_line(cells.get("content", ""))
        self.rows.append(
            Row(
                said("{row} of the table", row=len(self.rows) + 1),
                _number(cells.get("line-number", "")),
                show_damage(text),
                _revision(cells.get("version", "")),
                self._author(cells.get("author", "")),
                whole=whole and not is_damaged(text),
            )
        )

    def _author(self, text: str) -> str | None:
        return " ".join(text.split()) or next(iter(self._pictures), None)


def _one_line(text: str) -> str:
    """Return a cell's text; line breaks in it are the markup's own, with the spaces around them."""
    if "\n" not in text:
        return text
    if text.lstrip(" \t").startswith("\n"):
        text = text.lstrip()
    if text.rstrip(" \t").endswith("\n"):
        text = text.rstrip()
    return text.replace("\n", " ")


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text.strip())
    return int(match[0]) if match else None


def _revision(text: str) -> Revision | None:
    match = _REVISION.fullmatch(text.strip())
    return (int(match[1]), int(match[2])) if match else None
