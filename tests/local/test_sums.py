"""What triggers keep is the same where they are off while many new rows are written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.cases.changes import NOW, data
from tests.local.copies import Copy, copies
from workbench.cases import names
from workbench.cases.errors import WorkbenchError
from workbench.local import points, sums, unread


def told(case: str, *, at: int) -> list[bytes]:
    """Return what makes a case; of every second one anna has read the first notes."""
    about = {"case": case, "author": "chen"}
    made = [
        data("case", i=names.derive(case), project="nova", date_raw="20260101", ms=at, **about),
        data("add", i=names.derive("tag", case), f="tags", e="离线", ms=at, **about),
        data("add", i=names.derive("YD", case), f="engineers", e="YD", ms=at, **about),
        *(
            data("note", i=names.derive(case, str(n)), x=f"第{n}次", ms=at + n, **about)
            for n in range(4)
        ),
    ]
    if at % 20:
        made.append(data("read", who="anna", upto=f"{NOW + at + 1 << 16:016x}", case=case))
    return made


def kept(copy: Copy) -> Sequence[object]:
    """Return all that triggers keep of new rows, in the file as it is."""
    found: list[object] = [copy.dump()]
    for table in ("unindexed", "tagged", "unread", "sqlite_schema"):
        columns = "type, name, sql" if table == "sqlite_schema" else "*"
        found.append({tuple(row) for row in copy.db.rows(f"SELECT {columns} FROM {table}")})
    return found


def test_many_new_cases_leave_what_triggers_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [names.derive("case", str(n)) for n in range(2 * sums.MANY)]
    with copies(2) as (one, two):
        for copy in (one, two):
            unread.keep(copy.db, "anna")
            copy.pull(*told(names.derive("before"), at=0))
        two.pull(*(change for n, case in enumerate(cases) for change in told(case, at=10 * n)))
        monkeypatch.setattr(sums, "MANY", len(cases) + 1)
        one.pull(*(change for n, case in enumerate(cases) for change in told(case, at=10 * n)))
        assert sums.wrong(one.db) == sums.wrong(two.db) == 0
        assert kept(one) == kept(two)
        counts = two.db.rows("SELECT n FROM unread WHERE reader = 'anna'")
        assert sorted(n for (n,) in counts) == [2] * (len(cases) // 2) + [4] * (len(cases) // 2 + 1)


def test_who_is_stopped_meanwhile_leaves_the_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(point: str) -> None:
        if point == "pull-fold:before-commit":
            raise WorkbenchError("stopped")

    changes = [c for n in range(sums.MANY) for c in told(names.derive(str(n)), at=10 * n)]
    triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    with copies() as (copy,):
        before = [tuple(row) for row in copy.db.rows(triggers)]
        monkeypatch.setattr(points, "hook", stop)
        with pytest.raises(WorkbenchError, match="stopped"):
            copy.pull(*changes)
        monkeypatch.setattr(points, "hook", None)
        assert [tuple(row) for row in copy.db.rows(triggers)] == before
        assert copy.db.value("SELECT count(*) FROM cases") == 0
        copy.pen.fold_stale("pull")
        assert copy.db.value("SELECT count(*) FROM cases") == sums.MANY
        assert {tuple(row) for row in copy.db.rows(triggers)} == {*before}
        assert sums.wrong(copy.db) == 0
