"""A list as a person has it before them: it follows the file, but no row that was seen jumps about.

"Rows keep the place where they were seen, until the list is put in order anew." What changed while
its row was held stands where it stood; all else stands where the file has it now.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence

from workbench.local.database import Database
from workbench.local.listing import Listing, Place, numbers, uids

PAGE_ROWS = 128
HELD_PAGES = 24
"""How many pages are held: what is further off is read again when it comes to be seen."""
MOST_MOVED = 400
"""Of so many rows that changed the places are kept; then the list is as the file has it again."""


class HeldOrder:
    """The cases of a listing by position, in the order in which they were seen."""

    def __init__(self, listing: Listing) -> None:
        """Hold nothing yet."""
        self._listing = listing
        self.cases: Sequence[int] = ()
        self._pages: OrderedDict[int, list[Place]] = OrderedDict()
        self._stood: dict[int, Place] = {}
        """By case, where it stood when it was seen, of those that stand elsewhere now."""
        self._stands: dict[int, Place] = {}
        """By case, where it stands now, of those that have not left the list."""
        self._count = listing.count()

    def __len__(self) -> int:
        """Return how many cases there are."""
        return self._count

    def ids(self, start: int, stop: int) -> Sequence[str]:
        """Return the cases from one position up to another, which may be beyond the end."""
        found: list[str] = []
        stop = min(stop, self._count)
        for number in range(start // PAGE_ROWS, -(-stop // PAGE_ROWS)):
            first = number * PAGE_ROWS
            page = self._page(number)
            found += [place.uid for place in page[max(start - first, 0) : stop - first]]
        return found

    def index(self, id: str) -> int | None:
        """Return where a case stands, or None."""
        for number, page in self._pages.items():
            for nth, place in enumerate(page):
                if place.uid == id:
                    return number * PAGE_ROWS + nth
        found = self._listing.places(self._listing.numbers([id]))
        return next((self._ahead(self._stood.get(*pair)) for pair in found.items()), None)

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Return those of some cases that are listed, in order."""
        found = self._listing.places(self._listing.numbers(ids))
        places = self._listing.in_order(self._stood.get(*pair) for pair in found.items())
        return [place.uid for place in places]

    def all(self) -> Iterator[str]:
        """Yield every case, in the order of the file."""
        return (place.uid for place in self._listing.walk())

    def catch_up(self, written: Collection[str] | None = None) -> bool:
        """Take over what the file has now, leaving what is held where it stands; return True.

        Args:
            written: the only cases that may have changed; None where any may have.
        """
        held = {place.case: place for page in self._pages.values() for place in page}
        ids = {place.uid for place in held.values()}
        self._take_over({**held, **self._stood})
        count = self._listing.count()
        if written is None or count != self._count or not ids.issuperset(written):
            self._pages.clear()
        self._count = count
        return True

    def _take_over(self, seen: dict[int, Place]) -> None:
        """Look where cases stand that were seen at these places."""
        now = self._listing.places(list(seen))
        if sum(now.get(case) != place for case, place in seen.items()) > MOST_MOVED:
            seen = {}
            self._pages.clear()
        self._stood = {case: place for case, place in seen.items() if now.get(case) != place}
        self._stands = {case: now[case] for case in self._stood if case in now}

    # -- pages -----------------------------------------------------------------------------------

    def _page(self, number: int) -> list[Place]:
        page = self._pages.get(number)
        if page is None:
            page = self._read(number)
            if self._hold_back(page):
                page = self._read(number)
            self._pages[number] = page
            while len(self._pages) > HELD_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return page

    def _hold_back(self, page: Sequence[Place]) -> bool:
        """Leave a row where it stands that came up elsewhere: it changed just now."""
        held = {place.case: place for page in self._pages.values() for place in page}
        twice = {place.case: held[place.case] for place in page if place.case in held}
        if twice:
            self._take_over({**self._stood, **twice})
        return bool(twice)

    def _read(self, number: int) -> list[Place]:
        """Read a page beside one that is held, or from an end; else go to its position."""
        start = number * PAGE_ROWS
        rows = min(PAGE_ROWS, self._count - start)
        above, below = self._pages.get(number - 1), self._pages.get(number + 1)
        if number == 0:
            return self._after(None, rows)
        if above and len(above) == PAGE_ROWS:
            return self._after(above[-1], rows)
        if below:
            return self._before(below[0], rows)
        if start + rows == self._count:
            return self._before(None, rows)
        return self._at(start, rows)

    def _at(self, position: int, rows: int) -> list[Place]:
        """Return the rows from a position on.

        Where the file has its nth case, the list may have its neighbour: rows that are held back
        stand elsewhere. So look how many stand before it, and go on by the difference.
        """
        near = self._listing.from_position(position, 1)
        if not near:
            return []
        ahead = self._ahead(near[0])
        before = self._before(near[0], max(ahead - position, 0))
        here = near if near[0].case not in self._stood else []
        after = self._after(near[0], rows + max(position - ahead, 0))
        return [*before, *here, *after][max(position - ahead, 0) :][:rows]

    def _after(self, place: Place | None, most: int) -> list[Place]:
        found = self._listing.after(place, most + len(self._stood))
        return self._with_moved(found, place, turned=False)[:most]

    def _before(self, place: Place | None, most: int) -> list[Place]:
        found = self._listing.before(place, most + len(self._stood))
        found = self._with_moved(found, place, turned=True)
        return found[len(found) - most :] if most < len(found) else found

    def _with_moved(self, found: list[Place], place: Place | None, *, turned: bool) -> list[Place]:
        """Put rows that are held back where they stood, instead of where the file has them."""
        if not self._stood:
            return found
        is_before = self._listing.is_before
        rows = [row for row in found if row.case not in self._stood]
        for case in self._stands:
            stood = self._stood[case]
            if place is None or (is_before(stood, place) if turned else is_before(place, stood)):
                rows.append(stood)
        return self._listing.in_order(rows)

    def _ahead(self, place: Place) -> int:
        """Return how many rows stand before a place."""
        is_before = self._listing.is_before
        ahead = self._listing.ahead(place)
        for case, stands in self._stands.items():
            ahead += is_before(self._stood[case], place) - is_before(stands, place)
        return ahead


class Gathered:
    """The cases that a query found, all of them, in the order in which they were seen."""

    def __init__(self, database: Database, cases: Sequence[int]) -> None:
        """Hold the numbers of the cases in this order."""
        self._db = database
        self.cases = cases

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self.cases)

    def ids(self, start: int, stop: int) -> Sequence[str]:
        """Return the cases from one position up to another, which may be beyond the end."""
        return list(uids(self._db, self.cases[start:stop]))

    def index(self, id: str) -> int | None:
        """Return where a case stands, or None."""
        number = self._db.value("SELECT id FROM cases WHERE uid = ?", id)
        try:
            return self.cases.index(number)
        except ValueError:
            return None

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Return those of some cases that are listed, in order."""
        wanted = set(numbers(self._db, ids))
        return list(uids(self._db, [case for case in self.cases if case in wanted]))

    def all(self) -> Iterator[str]:
        """Yield every case."""
        return uids(self._db, self.cases)

    def catch_up(self, written: Collection[str] | None = None) -> bool:
        """Return False: it is what was found once."""
        return False
