"""What an import has done by a process beside it: parts of the page are read and kept there, and
the new cases on them are made. Where there is none, the same is done here."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from workbench.cases.record import Record
from workbench.exchange.parted import read_part
from workbench.local import pagecases
from workbench.local.beside import Work
from workbench.local.pagecases import Values

if TYPE_CHECKING:
    from workbench.exchange.page import PageCase, PageEntry, PageImage, SourceLine
    from workbench.exchange.parted import Reading

KEPT = 12
"""So many parts are kept beside until their cases are made."""

_above = attrgetter("project", "number", "date_raw", "heading_revision", "problem")
_below = attrgetter(
    "problem_files", "problem_revision", "status", "status_revision", "engineer_label",
    "engineers", "engineers_revision", "first_line", "last_line", "oldest_revision",
    "newest_revision",
)  # fmt: skip
"""What a page says of a case, above and below the pictures of its problem."""
_entry = attrgetter("speaker", "text", "images", "files", "happened_on", "author", "revision")


class Told(Record):
    """What is told of a part that was read.

    ``changes`` says of each case how many changes say all of it, 0 of one that goes step by step:
    that one is among ``cases``. These and ``questions`` are given by their places in the part.
    """

    refused: Sequence[str]
    unread_lines: Sequence[SourceLine]
    questions: Mapping[int, Sequence[tuple[str, str]]]
    changes: Sequence[int]
    cases: Mapping[int, PageCase]


def tell(reading: Reading, heard: Collection[int], most: int) -> Told:
    """Return what is told of a part.

    Args:
        heard: the places of the cases of which something is known already.
        most: a case of more entries goes step by step.
    """
    cases = list(enumerate(reading.cases))
    changes = [
        pagecases.changes(case) if place not in heard and _is_usual(case, most) else 0
        for place, case in cases
    ]
    return Told(
        reading.refused,
        reading.unread_lines,
        {place: case.questions for place, case in cases if case.questions},
        changes,
        {place: case for place, case in cases if not changes[place]},
    )


def _is_usual(case: PageCase, most: int) -> bool:
    texts = (case.problem, *(entry.text for entry in case.entries))
    return len(case.entries) <= most and max(map(len, texts)) <= pagecases.LONGEST


def make(
    common: Values, times: Values, ids: Sequence[str], cases: Sequence[PageCase]
) -> list[Values | None]:
    """Return what comes of new cases, as ``pagecases.make`` does.

    Args:
        common: the values of a ``pagecases.Common``.
        times: the values of a ``pagecases.Times``.
    """
    return pagecases.make(common, times, list(map(_values, ids, cases)))


def works() -> Mapping[str, Work]:
    """Return what can be asked, by its name."""
    kept = Kept()
    return {"read": kept.read, "make": kept.make}


class Kept:
    """The parts that were read and whose cases are still to be made."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._parts: dict[int, Sequence[PageCase]] = {}

    def read(self, given: tuple[int, Any, Collection[int], int]) -> bytes:
        """Return, pickled, what is ``Told`` of a part, and keep its cases.

        Args:
            given: its number, what ``PartedPage.asking`` gives, and ``heard`` and ``most``
                as ``tell`` takes them.
        """
        nth, asking, heard, most = given
        reading = read_part(asking)
        self._parts.pop(nth, None)
        self._parts[nth] = reading.cases
        for old in list(self._parts)[:-KEPT]:
            del self._parts[old]
        return pickle.dumps(tell(reading, heard, most), pickle.HIGHEST_PROTOCOL)

    def make(self, given: tuple[Values, Values, list[str], int, int]) -> list[Values | None] | None:
        """Return what comes of cases of a part; None where it is not kept any more.

        Args:
            given: what ``make`` takes but for the cases, then the part and the first one's place.
        """
        common, times, ids, nth, first = given
        cases = self._parts.get(nth)
        if cases is None:
            return None
        end = first + len(ids)
        if end == len(cases):
            del self._parts[nth]
        return make(common, times, ids, cases[first:end])


def _values(uid: str, case: PageCase) -> pagecases.PageCase:
    said = tuple(map(_said, case.entries))
    return pagecases.PageCase._make(
        (uid, *_above(case), _images(case.problem_images), *_below(case), said)
    )


def _said(entry: PageEntry) -> Values:
    found: Values = _entry(entry)
    return found if not entry.images else (*found[:2], _images(entry.images), *found[3:])


def _images(images: Sequence[PageImage]) -> tuple[pagecases.File, ...]:
    return tuple((image.file, image.width, image.height) for image in images)
