"""Case numbers at a push: each case gets its number before anybody else sees it.

A store that is an arbiter gives the number; "it gives a number for good before we write it down",
and the same one when asked again, so a crash in between costs nothing. A folder has no arbiter:
there a case claims the number behind the highest that is known, and two that claim one number
both stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import count, groupby

from workbench.cases.errors import WorkbenchError
from workbench.cases.said import counted, said
from workbench.local import firstnumbers
from workbench.local.act import Pen
from workbench.local.database import Database
from workbench.local.numbers import Numbers, Unnumbered
from workbench.local.points import reached
from workbench.local.stores import Store, Stores
from workbench.sync import remote as contract
from workbench.sync.remote import NoNumbers, NoStore, Remote

ASKED = 10_000
"""For how many cases a store is asked at once, which nobody else can ask meanwhile."""
AT_ONCE = 500
"""How many cases are numbered in one transaction."""
FEW = 10
"""So many are told one by one."""


class Numbering:
    """Numbers the cases that were made here, when they are about to be sent to a store."""

    def __init__(
        self,
        database: Database,
        pen: Pen,
        store: Store,
        remote: Remote,
        author: str,
        report: Callable[[str, int, int], None],
    ) -> None:
        """Get ready.

        Args:
            report: of many is told "numbered", how many so far, and of how many.
        """
        self._db = database
        self._pen = pen
        self._store = store
        self._remote = remote
        self._author = author
        self._report = report
        self._numbers = Numbers(database)

    def due(self) -> int:
        """Return how many cases wait for a number that this store gives, or lets them claim."""
        return len(self._numbers.unnumbered()) if self._may_number() else 0

    def is_due(self) -> bool:
        """True where any does; that takes no look at all of them."""
        return self._may_number() and self._numbers.has_unnumbered()

    def _may_number(self) -> bool:
        """False for a folder where another of our stores is an arbiter: its numbers are better."""
        if self._remote.numbers is not None:
            return True
        return not any(store.is_database for store in Stores(self._db).all())

    def give(self) -> list[str]:
        """Give each case its number, and let the store's counter pass what this copy knows.

        Returns:
            Sentences for the person. A store that can't give numbers is one of them, and no
            reason to keep back what people wrote: the cases bear draft keys until it can.
        """
        cases = self._numbers.unnumbered() if self._may_number() else []
        try:
            if self._remote.numbers is not None:
                self._raise(self._remote.numbers)
            # What a lost power supply takes of it nobody has seen: it is given once more.
            with self._db.bulk() if len(cases) > AT_ONCE else nullcontext():
                self._number_all(sorted(cases, key=_family))
        except NoNumbers as error:
            kept = said(
                "{why}; new cases keep their draft keys. {hint}",
                why=error.args[0],
                hint=error.hint or "",
            )
            return [kept] if cases else []
        return self._told(cases)

    def _number_all(self, cases: Sequence[Unnumbered]) -> None:
        done = 0
        for family, group in groupby(cases, _family):
            members = [case.id for case in group]
            for start in range(0, len(members), ASKED):
                for more in self._number(family, members[start : start + ASKED]):
                    done += more
                    if len(cases) > AT_ONCE:
                        self._report("numbered", done, len(cases))
                        self._db.give_way()

    def _number(self, family: str, cases: Sequence[str]) -> Iterator[int]:
        """Number cases of a family; yield how many more, between two transactions."""
        arbiter = self._remote.numbers
        given: Mapping[str, int] = {}
        if arbiter is not None:
            given = arbiter.allocate(family, cases, self._numbers.highest(family))
            reached("number:after-allocate")
        for start in range(0, len(cases), AT_ONCE):
            some = cases[start : start + AT_ONCE]
            with self._pen.act("number", self._author, bulk=len(cases) > AT_ONCE) as act:
                left = self._numbers.without(some)
                wanted = [case for case in some if case in left]
                if arbiter is None:
                    behind = self._numbers.highest(family) + 1
                    numbers = dict(zip(wanted, count(behind), strict=False))
                else:
                    numbers = {case: given[case] for case in wanted}
                    self._numbers.count(self._store, family, max(given.values()))
                source = "claim" if arbiter is None else "store"
                firstnumbers.number(self._pen, act, family, numbers, source)
            yield len(some)

    def _raise(self, arbiter: contract.Numbers) -> None:
        """Have the store count on behind the numbers that pages and other copies brought here."""
        counted = self._numbers.counted(self._store)
        known = self._numbers.every_highest()
        beyond = {family: n for family, n in known.items() if n > counted.get(family, 0)}
        if beyond:
            arbiter.raise_to(beyond)
            with self._db.write("count"):
                for family, number in beyond.items():
                    self._numbers.count(self._store, family, number)

    def _told(self, cases: Sequence[Unnumbered]) -> list[str]:
        if len(cases) > FEW:
            return [
                counted(
                    "{count} case has its number now",
                    "{count} cases have their numbers now",
                    len(cases),
                )
            ]
        found: list[str] = []
        for case in cases:
            key = self._db.value("SELECT key FROM cases WHERE uid = ?", case.id)
            found.append(said("{draft} is {key} now", draft=case.key, key=key))
        return found


def arbiter(store: Store, remote: Remote) -> contract.Numbers:
    """Return what gives the numbers of a store, after a look whether it is that store.

    Raises:
        NoStore: the address holds another store.
        WorkbenchError: it is a folder, which gives none.
    """
    identity = remote.identify()
    if store.store_id not in (None, identity.store_id):
        raise NoStore(
            said(
                "{url} holds another store than the one that {store} was",
                url=store.url,
                store=store.name,
            ),
            said("If that is meant: workbench store remove, then store add."),
        )
    if remote.numbers is None:
        raise WorkbenchError(
            said(
                "{store} is a folder: nobody there can give numbers that no other copy takes",
                store=store.name,
            ),
            said(
                "Only a store in PostgreSQL can; over a folder a case claims its number "
                "when it is sent."
            ),
        )
    return remote.numbers


def _family(case: Unnumbered) -> str:
    return case.family
