"""From the text of a query to its tree.

A term is a word, a ``"phrase"``, a field (``status:unset,in_progress``) or a query in parentheses;
``-`` in front of it negates it. A case matches when all terms do; ``OR`` stands between
alternatives and binds less than the space between terms. Signs may be full-width, and every
position in an error is one of the text as it was given.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NoReturn

from workbench.cases import initials
from workbench.cases.errors import QueryError
from workbench.cases.query import days
from workbench.cases.query.tree import And, Days, Field, Node, Not, Or, Phrase, Span, Words
from workbench.cases.query.vocabulary import DAY_FIELDS, FIELD_WORDS, FIELDS, VALUE_WORDS
from workbench.cases.said import said
from workbench.cases.text import fold, narrow

MOST_TERMS = 200
MOST_NESTED = 20
"""A database takes conditions only so long and so deep."""

_CLOSING = {'"': '"', "“": "“”", "”": "“”"}
"""What closes a phrase, by what opened it. Input methods mix up the two curly quotes."""
_COMMAS = ",、"

_QUOTE = said('to search for it as it stands, put it in quotes: "…"')
_CLOSE = said('close it; to search for it as it stands, put it in quotes: "…"')
_FILL = said("write what to look for")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


@lru_cache(maxsize=32)
def parse(text: str) -> And:
    """Read a query. Kept: one that is typed is read by whoever finds, shows and marks.

    Raises:
        QueryError: It can't be read; ``at`` says from which character on.
    """
    return _Reader(text).query()


def grouped(text: str) -> str:
    """Return a query so that what is written behind it narrows all of it, not its last part.

    Raises:
        QueryError: there is a mistake in the query.
    """
    return f"({text})" if any(isinstance(part, Or) for part in parse(text).parts) else text


class _Reader:
    """Reads a query from left to right; ``at`` is the next character.

    ``text`` has ASCII signs for their full-width twins, at the same positions as ``given``.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        self.text = narrow(given)
        self.at = 0
        self.opened: list[int] = []
        self.count = 0
        self.negated = 0

    def query(self) -> And:
        whole = self._alternatives()
        return whole if isinstance(whole, And) else And((whole,))

    def _alternatives(self) -> Node:
        """Read terms up to the end, or to the parenthesis that closes the innermost one."""
        found: list[list[Node]] = [[]]
        last = self.at
        while self._skip_space() and not self._closes():
            if not self._at_or():
                found[-1].append(self._term())
                continue
            last = self.at
            if not found[-1]:
                self._fail(said("OR has no term before it"), last, _QUOTE)
            found.append([])
            self.at += len("OR")
        if len(found) > 1 and not found[-1]:
            self._fail(said("OR has no term behind it"), last, _QUOTE)
        parts = [terms[0] if len(terms) == 1 else And(tuple(terms)) for terms in found]
        return And(tuple(found[0])) if len(parts) == 1 else Or(tuple(parts))

    def _skip_space(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _closes(self) -> bool:
        if self.text[self.at] != ")":
            return False
        if not self.opened:
            self._fail(said("this parenthesis closes none"), self.at, _QUOTE)
        return True

    def _at_or(self) -> bool:
        """True for the word OR in capitals, on its own."""
        end = self.at + len("OR")
        behind = self.text[end : end + 1]
        return self.text[self.at : end] == "OR" and (behind in ("", "(", ")") or behind.isspace())

    def _term(self) -> Node:
        if self.text[self.at] != "-":
            return self._plain_term()
        minus = self.at
        self.at += 1
        if self._at_end():
            hint = said("put it directly before what to leave out")
            self._fail(said("a minus stands alone"), minus, hint)
        if self.text[self.at] == "-":
            self._fail(said("a second minus"), self.at, _QUOTE)
        if self._at_or():
            self._fail(said("OR can't be negated"), self.at, _QUOTE)
        self.negated += 1
        part = self._plain_term()
        self.negated -= 1
        return Not(part)

    def _plain_term(self) -> Node:
        if self.text[self.at] == "(":
            return self._group()
        self._count(self.at)
        if self.text[self.at] in _CLOSING:
            return Phrase(fold(self._quoted()))
        name = self._field_name()
        if name is None:
            return self._word()
        return self._days(name) if name in DAY_FIELDS else self._field(name)

    def _word(self) -> Words:
        """Read a word. What a minus leaves out is what was written, and nothing that sounds so."""
        written = self._run("")
        return Words(fold(written), initials.is_asked(written) and not self.negated)

    def _group(self) -> Node:
        start = self.at
        if len(self.opened) == MOST_NESTED:
            what = said("more than {most} parentheses within each other", most=MOST_NESTED)
            self._fail(what, start)
        self.opened.append(start)
        self.at += 1
        inner = self._alternatives()
        if self.at == len(self.text):
            self._fail(said("this parenthesis is not closed"), start, _CLOSE)
        if inner == And(()):
            self._fail(said("nothing stands in these parentheses"), start, _FILL)
        self.at += 1
        self.opened.pop()
        return inner.parts[0] if isinstance(inner, And) and len(inner.parts) == 1 else inner

    def _count(self, at: int) -> None:
        self.count += 1
        if self.count > MOST_TERMS:
            hint = said("ask for less at once")
            self._fail(said("more than {most} terms", most=MOST_TERMS), at, hint)

    def _field_name(self) -> str | None:
        """Return the name of the field that begins here, if one does, and stand behind its colon.

        A web address and a word such as ``12:30`` or ``客户:`` are none.
        """
        end = self.text.find(":", self.at)
        written = self.text[self.at : end].lower() if end > self.at else ""
        name = FIELD_WORDS.get(written)
        if name is None:
            self._refuse_unknown(written, end)
            return None
        self.at = end + 1
        return name

    def _refuse_unknown(self, written: str, end: int) -> None:
        """Take a word of Latin letters before a colon for a field that was spelled wrong."""
        if written and _LETTERS.issuperset(written) and not self.text.startswith("//", end + 1):
            known = ", ".join(f"{field}:" for field in FIELDS)
            what = said("{field}: is no field known here ({known})", field=written, known=known)
            self._fail(what, self.at, _QUOTE)

    def _field(self, name: str) -> Field:
        values = [value for value, at in self._values(name)]
        return Field(name, tuple(dict.fromkeys(values)))

    def _days(self, name: str) -> Days:
        spans: list[Span] = []
        for value, at in self._values(name):
            try:
                spans.append(days.read(value))
            except days.NoDays as error:
                self._fail(error.args[0], at + error.at, days.FORMS)
        return Days(name, tuple(dict.fromkeys(spans)))

    def _values(self, name: str) -> list[tuple[str, int]]:
        """Read the values of a field, each with where it begins."""
        found = [self._value(name)]
        while self.at < len(self.text) and self.text[self.at] in _COMMAS:
            self.at += 1
            self._count(self.at)
            found.append(self._value(name))
        if not self._at_end() and not (self.opened and self.text[self.at] == ")"):
            self._fail(said("a comma or a space is missing"), self.at)
        return found

    def _value(self, name: str) -> tuple[str, int]:
        start = self.at
        if self._at_end() or self.text[start] in (*_COMMAS, ")"):
            hint = said("put it directly after the sign")
            self._fail(said("a value is missing for {field}:", field=name), start, hint)
        quoted = self.text[start] in _CLOSING
        written = self._quoted() if quoted else self._run(_COMMAS)
        if name in DAY_FIELDS:
            return written, start + quoted
        value = fold(written)
        if name in VALUE_WORDS:
            known = VALUE_WORDS[name]
            return known.get(value) or self._unknown(name, value, start, known), start
        if name == "ref":
            # Whoever shortens a long number writes dots behind it.
            value = value.rstrip(".*") or self._fail(said("only dots stand here"), start, _QUOTE)
        return value, start

    def _quoted(self) -> str:
        start = self.at
        end = start + 1
        while end < len(self.text) and self.text[end] not in _CLOSING[self.text[start]]:
            end += 1
        if end == len(self.text):
            hint = said("close it, or leave it out")
            self._fail(said("this quote is not closed"), start, hint)
        if not self.text[start + 1 : end].strip():
            self._fail(said("nothing stands in these quotes"), start, _FILL)
        self.at = end + 1
        return self.given[start + 1 : end]

    def _run(self, stops: str) -> str:
        """Return what stands up to white space, one of ``stops``, or what closes a parenthesis.

        Parentheses within it belong to it, in pairs.
        """
        start = self.at
        opened: list[int] = []
        while not self._at_end() and self.text[self.at] not in stops:
            sign = self.text[self.at]
            if sign == ")" and not opened:
                if self.opened and self.at > start:
                    break
                self._fail(said("this parenthesis closes none"), self.at, _QUOTE)
            if sign == "(":
                opened.append(self.at)
            elif sign == ")":
                opened.pop()
            self.at += 1
        if opened:
            what = said("this parenthesis is not closed within the word")
            self._fail(what, opened[-1], _QUOTE)
        return self.given[start : self.at]

    def _at_end(self) -> bool:
        return self.at >= len(self.text) or self.text[self.at].isspace()

    def _unknown(self, name: str, value: str, at: int, known: Iterable[str]) -> NoReturn:
        words = ", ".join(known)
        what = said(
            "{field}: has no value “{value}” ({known})", field=name, value=value, known=words
        )
        self._fail(what, at)

    def _fail(self, what: str, at: int, hint: str | None = None) -> NoReturn:
        raise QueryError(said("character {at}: {what}", at=at + 1, what=what), self.given, at, hint)
