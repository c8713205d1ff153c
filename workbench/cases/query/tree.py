"""What a query is once it is read: a tree of conditions. Words in it are folded already."""

from __future__ import annotations

from typing import TypeAlias

from workbench.cases.record import Record


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
    """A word: it stands within one text of the case.

    With ``initials`` a case is meant too whose title, or the name of somebody in it, has them.
    """

    __slots__ = __match_args__ = ("term", "initials")

    def __init__(self, term: str, initials: bool = False) -> None:
        self.term = term
        self.initials = initials


class Phrase(_Part):
    """Words with the white space between them: they stand so within one text of the case."""

    __slots__ = __match_args__ = ("term",)

    def __init__(self, term: str) -> None:
        self.term = term


class Field(_Part):
    """A field that has one of the values: statuses, flags, or folded names."""

    __slots__ = __match_args__ = ("name", "values")

    def __init__(self, name: str, values: tuple[str, ...]) -> None:
        self.name = name
        self.values = values


class Span(Record):
    """Days from ``low`` to ``high``, both in it.

    Each is a day (``YYYY-MM-DD``), how many days before today, or None for an open end.
    """

    low: str | int | None
    high: str | int | None


class Days(_Part):
    """A day of the case that lies in one of the spans: when it was opened, or last updated."""

    __slots__ = __match_args__ = ("name", "spans")

    def __init__(self, name: str, spans: tuple[Span, ...]) -> None:
        self.name = name
        self.spans = spans


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


Node: TypeAlias = Words | Phrase | Field | Days | Not | And | Or
