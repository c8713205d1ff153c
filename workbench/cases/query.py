"""The query language: text to a tree, and what the tree means.

One language for the filter line and the commands. ``matches`` is the meaning, in the plainest
way; whatever finds cases faster has to find the same ones. Words in the tree are folded already.

A term is a word, a ``"phrase"`` or a field (``status:unset,in_progress``); ``-`` in front of it
negates it; a case matches when all terms do. Signs may be full-width, and every position in an
error is one of the text as it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, NoReturn, TypeAlias

from workbench.cases.errors import QueryError
from workbench.cases.text import fold, narrow

FIELDS = ("status", "engineer", "project", "tag", "is")
FLAGS = ("unread", "question", "decision", "mine", "awake", "hidden", "draft")

_STATUS_WORDS = {
    "unset": "unset", "未设置": "unset",
    "in_progress": "in_progress", "处理中": "in_progress",
    "on_hold": "on_hold", "暂搁置": "on_hold",
    "resolved": "resolved", "已解决": "resolved",
}  # fmt: skip

_CLOSING = {'"': '"', "“": "“”", "”": "“”"}
"""What closes a phrase, by what opened it. Input methods mix up the two curly quotes."""

_QUOTE = 'to search for it as it stands, put it in quotes: "…"'
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class _Part:
    """A part of a query; equal ones are of one kind and say the same."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.__slots__)))

    def __repr__(self) -> str:
        values = ", ".join(repr(getattr(self, name)) for name in self.__slots__)
        return f"{type(self).__name__}({values})"


class Words(_Part):
    """A word: it stands within one text of the case."""

    __slots__ = __match_args__ = ("term",)

    def __init__(self, term: str) -> None:
        self.term = term


class Phrase(_Part):
    """Words with the white space between them: they stand so within one text of the case."""

    __slots__ = __match_args__ = ("term",)

    def __init__(self, term: str) -> None:
        self.term = term


class Field(_Part):
    """A field that has one of the values: a status, a flag, or folded names."""

    __slots__ = __match_args__ = ("name", "values")

    def __init__(self, name: str, values: tuple[str, ...]) -> None:
        self.name = name
        self.values = values


class Not(_Part):
    """Whatever does not match ``part``."""

    __slots__ = __match_args__ = ("part",)

    def __init__(self, part: Node) -> None:
        self.part = part


class And(_Part):
    """All of the parts; everything, when there are none."""

    __slots__ = __match_args__ = ("parts",)

    def __init__(self, parts: tuple[Node, ...]) -> None:
        self.parts = parts


class Or(_Part):
    """Any of the parts; nothing, when there are none."""

    __slots__ = __match_args__ = ("parts",)

    def __init__(self, parts: tuple[Node, ...]) -> None:
        self.parts = parts


Node: TypeAlias = Words | Phrase | Field | Not | And | Or


class View(NamedTuple):
    """What a query sees of a case. Each of ``texts`` is one field or one visible entry."""

    texts: Sequence[str] = ()
    status: str = "unset"
    engineers: Sequence[str] = ()
    project: str = ""
    tags: Sequence[str] = ()
    flags: frozenset[str] = frozenset()


def parse(text: str) -> And:
    """Read a query.

    Raises:
        QueryError: It can't be read; ``at`` says from which character on.
    """
    return _Reader(text).query()


def matches(tree: Node, view: View) -> bool:
    """Say whether the case that is seen as ``view`` is one that the query asks for."""
    return _matches(tree, view, [fold(text) for text in view.texts])


def terms(tree: Node) -> tuple[str, ...]:
    """Return the folded words that a found case contains, for highlighting them."""
    return tuple(dict.fromkeys(_leaves(tree, _word)))


def asks_for_hidden(tree: Node) -> bool:
    """Say whether the query wants hidden cases too, which are otherwise left out."""
    return any(_leaves(tree, lambda leaf: "hidden" if _is_hidden(leaf) else None))


def _matches(tree: Node, view: View, texts: Sequence[str]) -> bool:
    match tree:
        case Words(term) | Phrase(term):
            return any(term in text for text in texts)
        case Field(name, values):
            return not set(values).isdisjoint(_values(name, view))
        case Not(part):
            return not _matches(part, view, texts)
        case And(parts):
            return all(_matches(part, view, texts) for part in parts)
        case Or(parts):
            return any(_matches(part, view, texts) for part in parts)


def _values(name: str, view: View) -> set[str]:
    if name == "status":
        return {view.status}
    if name == "is":
        return set(view.flags)
    names = {"engineer": view.engineers, "project": (view.project,), "tag": view.tags}[name]
    return {fold(value) for value in names}


def _leaves(tree: Node, pick: Callable[[Node], str | None], negated: bool = False) -> list[str]:
    """Return what ``pick`` takes from the leaves that no minus, or an even number, applies to."""
    match tree:
        case Not(part):
            return _leaves(part, pick, not negated)
        case And(parts) | Or(parts):
            return [found for part in parts for found in _leaves(part, pick, negated)]
        case leaf:
            found = None if negated else pick(leaf)
            return [] if found is None else [found]


def _word(leaf: Node) -> str | None:
    return leaf.term if isinstance(leaf, Words | Phrase) else None


def _is_hidden(leaf: Node) -> bool:
    return isinstance(leaf, Field) and leaf.name == "is" and "hidden" in leaf.values


class _Reader:
    """Reads a query from left to right; ``at`` is the next character.

    ``text`` has ASCII signs for their full-width twins, at the same positions as ``given``.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        self.text = narrow(given)
        self.at = 0

    def query(self) -> And:
        parts: list[Node] = []
        while self._skip_space():
            parts.append(self._term())
        return And(tuple(parts))

    def _skip_space(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _term(self) -> Node:
        if self.text[self.at] != "-":
            return self._plain_term()
        minus = self.at
        self.at += 1
        if self._at_end():
            self._fail("a minus stands alone", minus, "put it directly before what to leave out")
        if self.text[self.at] == "-":
            self._fail("a second minus", self.at, _QUOTE)
        return Not(self._plain_term())

    def _plain_term(self) -> Node:
        if self.text[self.at] in _CLOSING:
            return Phrase(fold(self._quoted()))
        name = self._field_name()
        if name is not None:
            return self._field(name)
        start = self.at
        word = self._run("")
        if narrow(word) == "OR":
            self._fail("OR is not known here", start, _QUOTE)
        return Words(fold(word))

    def _field_name(self) -> str | None:
        """Return the name of the field that begins here, if one does, and stand behind its colon.

        A web address and a word such as ``12:30`` or ``客户:`` are none.
        """
        end = self.at
        while end < len(self.text) and self.text[end] in _LETTERS:
            end += 1
        if end == self.at or not self.text.startswith(":", end):
            return None
        name = self.text[self.at : end].lower()
        if name not in FIELDS:
            if self.text.startswith("//", end + 1):
                return None
            known = ", ".join(f"{field}:" for field in FIELDS)
            self._fail(f"{name}: is no field known here ({known})", self.at, _QUOTE)
        self.at = end + 1
        return name

    def _field(self, name: str) -> Field:
        values = [self._value(name)]
        while self.text.startswith(",", self.at):
            self.at += 1
            values.append(self._value(name))
        if not self._at_end():
            self._fail("a comma or a space is missing", self.at)
        return Field(name, tuple(dict.fromkeys(values)))

    def _value(self, name: str) -> str:
        start = self.at
        if self._at_end() or self.text[start] == ",":
            self._fail(f"a value is missing for {name}:", start, "put it directly after the sign")
        value = fold(self._quoted() if self.text[start] in _CLOSING else self._run(","))
        if name == "status":
            return _STATUS_WORDS.get(value) or self._unknown(name, value, start, _STATUS_WORDS)
        if name == "is" and value not in FLAGS:
            self._unknown(name, value, start, FLAGS)
        return value

    def _quoted(self) -> str:
        start = self.at
        end = start + 1
        while end < len(self.text) and self.text[end] not in _CLOSING[self.text[start]]:
            end += 1
        if end == len(self.text):
            self._fail("this quote is not closed", start, "close it, or leave it out")
        if not self.text[start + 1 : end].strip():
            self._fail("nothing stands in these quotes", start, "write what to look for")
        self.at = end + 1
        return self.given[start + 1 : end]

    def _run(self, stops: str) -> str:
        """Return what stands up to white space or one of ``stops``; parentheses only in pairs."""
        start = self.at
        opened: list[int] = []
        while not self._at_end() and self.text[self.at] not in stops:
            sign = self.text[self.at]
            if (sign == "(" and self.at == start) or (sign == ")" and not opened):
                self._fail("parentheses are not known here", self.at, _QUOTE)
            if sign == "(":
                opened.append(self.at)
            elif sign == ")":
                opened.pop()
            self.at += 1
        if opened:
            self._fail("parentheses are not known here", opened[-1], _QUOTE)
        return self.given[start : self.at]

    def _at_end(self) -> bool:
        return self.at >= len(self.text) or self.text[self.at].isspace()

    def _unknown(self, name: str, value: str, at: int, known: Iterable[str]) -> NoReturn:
        self._fail(f"{name}: has no value {value!r} ({', '.join(known)})", at)

    def _fail(self, what: str, at: int, hint: str | None = None) -> NoReturn:
        raise QueryError(f"character {at + 1}: {what}", self.given, at, hint)
