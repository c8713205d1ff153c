"""Case numbers from a database: one row for each number, one for each family that all hold in turn.

"No number is given twice, and none is left out": who gives one holds the family's counter until
the number's row is committed. "The same name gets the same number": a copy that died before it
wrote its number down asks again. What the counter says is only where to count on from: a number
whose row is there is never given again, whatever somebody does to the counter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from workbench.cases.said import said
from workbench.sync.postgres import line
from workbench.sync.postgres import statements as sql
from workbench.sync.remote import NoNumbers

T = TypeVar("T")

if TYPE_CHECKING:
    from psycopg import Connection
BEGIN = """
insert into casestore.counter (family, last) values (%s, 0) on conflict (family) do nothing"""
HOLD = "select last from casestore.counter where family = %s for update"
GIVEN = "select uid, n from casestore.number where family = %s and uid = any(%s)"
HIGHEST = "select coalesce(max(n), 0) from casestore.number where family = %s"
GIVE = """
insert into casestore.number (family, n, uid)
select %s, t.n, t.uid from unnest(%s::bigint[], %s::text[]) as t (n, uid)"""
COUNT = "update casestore.counter set last = %s where family = %s"
RAISE = """
insert into casestore.counter as c (family, last)
select t.family, t.last from unnest(%s::text[], %s::bigint[]) as t (family, last)
on conflict (family) do update set last = excluded.last where c.last < excluded.last"""
PROBE = "select 1 from casestore.counter, casestore.number limit 1"


class Transact(Protocol):
    """Does work in one transaction, again where the server asks for that."""

    def __call__(self, work: Callable[[Connection[sql.Row]], T]) -> T:
        """Return what the work returns."""


class Numbers:
    """Gives case numbers; see ``remote.Numbers``."""

    def __init__(self, transact: Transact, make_tables: Callable[[], object], url: str) -> None:
        """Get ready; nothing is contacted.

        Args:
            make_tables: makes those that are missing.
        """
        self._transact = transact
        self._make_tables = make_tables
        self._url = url

    def allocate(self, family: str, wanted: Sequence[str], above: int) -> Mapping[str, int]:
        """Return the number of each name; one that was given is given again."""

        def work(connection: Connection[sql.Row]) -> dict[str, int]:
            last, found = _hold(connection, family, above, wanted)
            fresh = [name for name in dict.fromkeys(wanted) if name not in found]
            return found | dict(zip(fresh, _give(connection, family, last, fresh), strict=True))

        return self._run(work)

    def reserve(self, family: str, count: int, above: int) -> Sequence[int]:
        """Return numbers for cases to come, in order."""

        def work(connection: Connection[sql.Row]) -> list[int]:
            last, _ = _hold(connection, family, above)
            return _give(connection, family, last, [None] * count)

        return self._run(work)

    def raise_to(self, known: Mapping[str, int]) -> None:
        """Have every family counted on behind a number that is in use."""
        # In one order, so that no two copies wait for each other.
        families = sorted(known)
        values = [families, [known[family] for family in families]]
        self._run(lambda connection: connection.execute(RAISE, values))

    def complete(self) -> None:
        """Make the tables of the numbers where a store of an earlier version lacks them."""
        self._run(lambda connection: connection.execute(PROBE))

    def try_out(self) -> None:
        """Take a number and give it back; what is missing is not made."""
        import psycopg

        def work(connection: Connection[sql.Row]) -> None:
            with connection.transaction() as inner:
                _give(connection, "", _hold(connection, "", 0)[0], [None])
                raise psycopg.Rollback(inner)

        with line.told(self._url):
            try:
                self._transact(work)
            except psycopg.errors.InsufficientPrivilege as error:
                raise self._forbidden(error) from None
            except psycopg.errors.UndefinedTable:
                raise self._unmade() from None

    def _run(self, work: Callable[[Connection[sql.Row]], T]) -> T:
        """Do work; make the tables first where they are missing and this role may.

        Raises:
            NoNumbers: this role may not.
        """
        from psycopg import errors

        with line.told(self._url):
            try:
                try:
                    return self._transact(work)
                except errors.UndefinedTable:
                    self._make()
                    return self._transact(work)
            except errors.InsufficientPrivilege as error:
                raise self._forbidden(error) from None

    def _make(self) -> None:
        from psycopg import errors

        try:
            self._make_tables()
        except errors.InsufficientPrivilege:
            raise self._unmade() from None

    def _unmade(self) -> NoNumbers:
        return NoNumbers(
            said(
                "the store at {address} was made by an earlier version and gives no case "
                "numbers yet",
                address=line.address(self._url),
            ),
            said(
                "Have the owner of the database run workbench store init NAME once more, "
                "and rights.sql too where roles were set up by it."
            ),
        )

    def _forbidden(self, error: Exception) -> NoNumbers:
        return NoNumbers(
            said(
                "{address}: this role may not take case numbers ({why})",
                address=line.address(self._url),
                why=line.reason(error),
            ),
            said("Have the owner of the database run rights.sql again, and grant it case_writer."),
        )


def _hold(
    connection: Connection[sql.Row], family: str, above: int, wanted: Sequence[str] = ()
) -> tuple[int, dict[str, int]]:
    """Hold a family until the transaction ends, in one flight.

    Returns:
        The number behind which to count on, and those that names in ``wanted`` have.
    """
    execute = connection.execute
    with connection.pipeline():
        execute(sql.PATIENCE)
        execute(BEGIN, [family])
        # What follows is asked when the family is held, so it sees what its last holder gave.
        held = execute(HOLD, [family])
        highest = execute(HIGHEST, [family])
        given = execute(GIVEN, [family, list(wanted)])
    counts = [row[0] for row in (held.fetchone(), highest.fetchone()) if row is not None]
    return max(*map(int, counts), above), dict(map(tuple, given.fetchall()))


def _give(
    connection: Connection[sql.Row], family: str, last: int, names: Sequence[str | None]
) -> list[int]:
    numbers = list(range(last + 1, last + 1 + len(names)))
    if numbers:
        with connection.pipeline():
            connection.execute(GIVE, [family, numbers, list(names)])
            connection.execute(COUNT, [numbers[-1], family])
    return numbers
