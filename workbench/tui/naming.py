"""Names that are offered while one writes: people behind ``【``, cases behind ``#``."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from workbench.cases.errors import WorkbenchError
from workbench.cases.initials import is_meant
from workbench.cases.text import fold

if TYPE_CHECKING:
    from workbench.cases.model import Summary
    from workbench.desk import Desk

MOST = 6
"""Names that are offered at once."""

_PERSON = re.compile(r"【([^【】\n:：]{0,16})\Z")
# What stands behind a digit or a Latin letter is the sign of a pile or a port: 12#.
_CASE = re.compile(r"(?<![0-9A-Za-z０-９#＃])[#＃]([^\s#＃，。；：、,;:()（）]{0,32})\Z")


class Naming(NamedTuple):
    """A name that is being written: its beginning so far, and how many characters that has."""

    kind: Literal["person", "case"]
    typed: str
    length: int


class Offer(NamedTuple):
    """A name that may be meant, what tells it apart, and the text in the beginning's place."""

    name: str
    told: str
    text: str

    @property
    def shown(self) -> str:
        """The name and what tells it apart, in a line."""
        return f"{self.name}  {self.told}" if self.told else self.name


def naming(before: str) -> Naming | None:
    """Return what is being named at the end of a text, if anything is."""
    if found := _PERSON.search(before):
        return Naming("person", found[1], len(found[1]))
    if found := _CASE.search(before):
        return Naming("case", found[1], len(found[0]))
    return None


class Names:
    """Looks names up in a thread, which must not stop the keys; people are read once."""

    def __init__(self, desk: Desk) -> None:
        """Look them up in ``desk``."""
        self._desk = desk
        self._people: Sequence[str] | None = None

    async def offers(self, named: Naming) -> list[Offer]:
        """Return the names that may be meant, the likeliest first."""
        if named.kind == "case":
            return await asyncio.to_thread(self._cases, named.typed)
        if self._people is None:
            self._people = await asyncio.to_thread(self._read_people)
        return _people_named(self._people, named.typed)

    def _read_people(self) -> Sequence[str]:
        with self._desk.beside() as desk:
            return tuple(dict.fromkeys([*desk.engineers(), *desk.speakers()]))

    def _cases(self, typed: str) -> list[Offer]:
        """Return the case of that number or key first, then those with these words, then newest."""
        with self._desk.beside() as desk:
            ids: list[str] = []
            found: list[Summary] = []
            with suppress(WorkbenchError):  # none is called so, or several: the search tells
                ids += [desk.resolve(typed)] if typed else []
            with suppress(WorkbenchError):
                # Initials of a title are looked for where a word stands without quotes.
                bare = typed.isascii() and typed.isalpha()
                quoted = '"{}"'.format(typed.replace('"', " "))
                query = typed if bare or not typed else quoted
                found += desk.list(query, limit=MOST, brief=True)
            named = desk.summaries(ids, brief=True)
            rows = {summary.id: summary for summary in (*named, *found)}
            return [Offer(row.short_key, row.title, row.key) for row in list(rows.values())[:MOST]]


def _people_named(people: Sequence[str], typed: str) -> list[Offer]:
    wanted = fold(typed)
    begin = [name for name in people if fold(name).startswith(wanted)]
    within = [name for name in people if is_meant(name, typed) and name not in begin]
    return [Offer(name, "", f"{name}】：") for name in (*begin, *within)[:MOST]]
