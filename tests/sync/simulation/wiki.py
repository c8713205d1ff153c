"""The wiki: a page of cases that people edit there, and the saves of it that they import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.pages import Line, PageCase, PageEntry, avatar, first_save, next_save, page_source

if TYPE_CHECKING:
    from tests.sync.simulation.world import World

NAME = "nova_9"
SPEAKERS = ("客户", "研发", "anna", "bo")
STATUSES = ("unset", "in_progress", "on_hold", "resolved")


@dataclass(frozen=True, eq=False)
class Save:
    """A save of the page: as a view with revisions, and as plain source."""

    cases: tuple[PageCase, ...]
    lines: list[Line]

    def data(self, *, plain: bool) -> bytes:
        """Return the bytes of a saved file."""
        return page_source(self.cases).encode() if plain else avatar(self.lines, NAME)


class Wiki:
    """The page, from its first save to its last."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.saves: list[Save] = []
        self.brought: dict[str, set[Save]] = {}
        """Which saves each copy imported."""

    def change(self) -> None:
        """Have somebody edit the page in the wiki."""
        if not self.saves:
            cases = tuple(self._new_case(n) for n in (2, 1))
            self.saves.append(Save(cases, first_save(cases)))
            return
        before = self.saves[-1]
        cases = before.cases
        for _ in range(self._world.chance.randint(1, 3)):
            cases = self._edited(cases)
        revision = f"{len(self.saves) + 1}.1"
        self.saves.append(Save(cases, next_save(before.lines, cases, revision)))

    def write_back(self, number: int, text: str, speaker: str) -> bool:
        """Have somebody put an entry that was typed here onto the page."""
        if not self.saves or "\n" in text:
            return False
        before = self.saves[-1]
        cases = list(before.cases)
        for nth, case in enumerate(cases):
            if case.number == number:
                cases[nth] = replace(case, entries=(*case.entries, PageEntry(text, speaker)))
                lines = next_save(before.lines, cases, f"{len(self.saves) + 1}.1")
                self.saves.append(Save(tuple(cases), lines))
                return True
        return False

    def _edited(self, cases: tuple[PageCase, ...]) -> tuple[PageCase, ...]:
        world, chance = self._world, self._world.chance
        what = chance.choice(
            ("case", "entry", "entry", "text", "problem", "status", "date", "gone")
        )
        if what == "case" and len(cases) < 4:
            return (self._new_case(max(case.number for case in cases) + 1), *cases)
        nth = chance.randrange(len(cases))
        case = cases[nth]
        entries = list(case.entries)
        if what == "entry" or not entries:
            entries.insert(chance.randint(0, len(entries)), self._new_entry())
        elif what == "text":
            place = chance.randrange(len(entries))
            entries[place] = replace(entries[place], text=self._line(entries[place].text))
        elif what == "gone" and len(entries) > 1:
            del entries[chance.randrange(len(entries))]
        elif what == "problem":
            case = replace(case, problem=self._line(case.problem))
        elif what == "status":
            case = replace(case, status=chance.choice(STATUSES))
        elif what == "date" and world.maybe(0.3):
            case = replace(case, date=f"202506{chance.randint(1, 28):02d}")
        case = replace(case, entries=tuple(entries))
        return (*cases[:nth], case, *cases[nth + 1 :])

    def _line(self, before: str) -> str:
        """Give other words, or the same with something behind them."""
        new = self._world.words().split("\n")[0][:80]
        return f"{before} {new}" if self._world.maybe(0.4) and len(before) < 200 else new

    def _new_entry(self) -> PageEntry:
        text = self._world.words(token=False).split("\n")[0][:80]
        return PageEntry(text, self._world.chance.choice(SPEAKERS))

    def _new_case(self, number: int) -> PageCase:
        return PageCase(
            number=number,
            date=f"202505{number:02d}",
            problem=self._line(""),
            entries=tuple(self._new_entry() for _ in range(self._world.chance.randint(0, 3))),
            status=self._world.chance.choice(STATUSES),
            engineers=("liu",) if self._world.maybe(0.5) else (),
        )
