"""Searches of each kind, every query once, against a look at all texts by LIKE without a limit."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Row
from workbench.desk import Desk
from workbench.local.database import Database
from workbench.local.listing import SORTS, Listing, Scope, has_index

PAGE = 200
"""Cases of a page."""
SCANS, CHECKED = 20, 5
"""One query in so many is looked for by LIKE too; of so many of each kind the answer is checked."""
HAN = "[\u4e00-\u9fff]"
PARTS = {
    "one character": f"{HAN}",
    "two characters": f"{HAN}{{2}}",
    "four characters": f"{HAN}{{4}}",
    "eight characters": f"{HAN}{{8}}",
    "an order number": "[0-9]{20}",
    "six digits": "[0-9]{6}",
    "Latin": "[a-z]{3,}",
    "mixed": f"{HAN}[0-9]{{1,3}}{HAN}",
}
SCOPES = (
    Scope(),
    Scope(("unset", "in_progress", "on_hold")),
    Scope(project=data.PROJECT),
    Scope(("resolved",), engineer=data.ENGINEERS[0].lower()),
)
ALL = (
    "SELECT case_id FROM entry WHERE folded LIKE ?1 ESCAPE '\\'"
    " UNION SELECT id FROM cases WHERE folded LIKE ?1 ESCAPE '\\'"
)


def searching(bench: Bench) -> list[Row]:
    """A page of what each kind of query finds, newest first; and how large the index is."""
    path = bench.working("many")
    random = Random(data.SEED)
    with closing(sqlite3.connect(path)) as bare, Desk.open(path, "LM") as desk:
        began = time.perf_counter()
        desk.follow_index()
        indexed = time.perf_counter() - began
        page = median(_seconds(partial(_found, desk, "status:resolved", PAGE)) for _ in range(21))
        rows = []
        for kind, terms in _kinds(bare, random).items():
            asked = [next(terms) for _ in range(bench.scale.presses)]
            for term in asked[:CHECKED]:
                _check(desk, bare, term)
            rows.append(_row(bench, desk, bare, kind, asked, page))
        rows += _pages(bench, desk, random)
    rows.append(_size(bench, path, indexed))
    return rows


def _row(
    bench: Bench, desk: Desk, bare: sqlite3.Connection, kind: str, asked: list[str], page: float
) -> Row:
    ours: list[float] = []
    theirs: list[float] = []
    for nth, term in enumerate(asked):
        ours.append(_seconds(partial(_found, desk, f'"{term}"', PAGE)))
        if nth % SCANS == 0:
            scanned = _seconds(partial(_scanned, bare, term))
        theirs.append(scanned)
    bound = Bound(round(max(1 / 30, 3 * page / median(theirs)), 4), "p95")
    name = f"search, {kind}, {bench.scale.many} cases"
    return Row(name, "LIKE over all texts", ours, theirs, bound, "recall, precision 1")


def _pages(bench: Bench, desk: Desk, random: Random) -> list[Row]:
    """A page of the list anywhere, of some cases in some order: behind a row, or by its position;
    against as many rows by their key."""
    db = desk._tools.db
    listings = [
        Listing(db, scope, sort) for scope in SCOPES for sort in SORTS if has_index(scope, sort)
    ]
    last = db.value("SELECT max(id) FROM cases")
    behind: list[float] = []
    jumps: list[float] = []
    keyed: list[float] = []
    for _ in range(bench.scale.presses):
        listing = random.choice(listings)
        position = random.randrange(max(listing.count() - PAGE, 1))
        (place,) = listing.from_position(random.randrange(listing.count()), 1)
        behind.append(_seconds(partial(listing.after, place, PAGE)))
        jumps.append(_seconds(partial(listing.from_position, position, PAGE)))
        cases = [random.randint(1, last) for _ in range(PAGE)]
        keyed.append(_seconds(partial(_by_key, db, cases)))
    against, bound = f"{PAGE} rows by key", Bound(5, "p95")
    size = f"{bench.scale.many} cases"
    return [
        Row(f"a page of filter and sort, at any depth, {size}", against, behind, keyed, bound),
        Row(f"the same by its position, {size}", against, jumps, keyed, bound),
    ]


def _by_key(db: Database, cases: list[int]) -> None:
    for case in cases:
        db.row("SELECT id, status_rank, active_at, number, uid FROM cases WHERE id = ?", case)


def _kinds(bare: sqlite3.Connection, random: Random) -> dict[str, Iterator[str]]:
    found = {kind: _parts(bare, random, re.compile(part)) for kind, part in PARTS.items()}
    return {**found, "absent": _absent(random)}


def _parts(bare: sqlite3.Connection, random: Random, part: re.Pattern[str]) -> Iterator[str]:
    """Yield what matches somewhere in some text, from anywhere in it."""
    last = bare.execute("SELECT max(id) FROM entry").fetchone()[0]
    while True:
        at = random.randint(0, last)
        row = bare.execute("SELECT folded FROM entry WHERE id >= ? LIMIT 1", (at,)).fetchone()
        start = random.randint(0, len(row[0]))
        if match := part.search(row[0], start) or part.search(row[0]):
            yield match[0]


def _absent(random: Random) -> Iterator[str]:
    """Yield words that nobody wrote."""
    while True:
        yield "".join(random.choices("魑魅魍魉饕餮龘麒", k=2))


def _found(desk: Desk, query: str, limit: int | None) -> set[int]:
    tools = desk._tools
    return set(tools.search.cases(query, sort="activity", asker=tools.asker, limit=limit))


def _scanned(bare: sqlite3.Connection, term: str) -> set[int]:
    return {case for (case,) in bare.execute(ALL, (f"%{term}%",))}


def _check(desk: Desk, bare: sqlite3.Connection, term: str) -> None:
    """Hold what is found to exactly what is there."""
    there = _scanned(bare, term)
    found = _found(desk, f'"{term}"', None)
    if found != there:
        raise AssertionError(f"{term!r}: {len(found)} found, {len(there)} there")


def _size(bench: Bench, path: Path, indexed: float) -> Row:
    with closing(sqlite3.connect(path)) as bare:
        (index,) = bare.execute("SELECT sum(length(block)) FROM gram_data").fetchone()
        (pages,) = bare.execute("PRAGMA page_count").fetchone()
        (size,) = bare.execute("PRAGMA page_size").fetchone()
    name = f"index of the texts, {bench.scale.many} cases"
    return Row(
        name, "the database without it", [index], [pages * size - index], Bound(0.6, held=0.6),
        f"made in {indexed:.0f} s", unit="MB",
    )  # fmt: skip


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
