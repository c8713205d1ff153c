"""Which cases are unread is kept: always what looking at every entry gives."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import change_sets, examples
from tests.local.copies import Copy, copies
from workbench.local import unread

CASES = "(SELECT DISTINCT case_id AS id FROM entry)"
"""Entries may come in before their case."""
READERS = ("anna", "boris", "nobody")


def check(copy: Copy) -> None:
    """Compare what is kept with what a look at every entry says."""
    for reader in READERS:
        sql, values = unread._SCANNED, (reader, reader)
        wanted = {
            row[0]: row[1]
            for row in copy.db.rows(f"SELECT c.id, {sql} FROM {CASES} c", *values)
            if row[1]
        }
        kept = dict(
            map(tuple, copy.db.rows("SELECT case_id, n FROM unread WHERE reader = ?", reader))
        )
        assert kept == (wanted if unread.is_kept(copy.db, reader) else {})
        sql, values = unread.counted(copy.db, reader)
        assert {
            row[0]: row[1]
            for row in copy.db.rows(f"SELECT c.id, {sql} FROM {CASES} c", *values)
            if row[1]
        } == wanted


@given(change_sets, st.integers(0, 2**32))
@examples(40)
def test_what_is_unread_is_kept_however_changes_arrive(made: list[bytes], seed: int) -> None:
    random = Random(seed)
    with copies() as (copy,):
        unread.keep(copy.db, "anna")
        half = random.randrange(len(made) + 1)
        copy.take_in_groups(made[:half], random)
        check(copy)
        unread.keep(copy.db, "boris")
        check(copy)
        for row in copy.db.rows("SELECT id FROM cases"):
            for reader in READERS:
                if random.random() < 0.5:
                    newest = copy.db.value("SELECT max(id) FROM op") or 0
                    with copy.db.write("read"):
                        copy.pen.marks.move(row[0], reader, random.randrange(newest + 1))
        check(copy)
        copy.take_in_groups(made[half:], random)
        check(copy)
        copy.assert_rebuilt_equal()
        check(copy)
        for reader in READERS[:2]:
            kept = unread.some(copy.db, reader, 1000)
            assert kept is not None
            assert unread.among(copy.db, reader, kept) == set(kept)
