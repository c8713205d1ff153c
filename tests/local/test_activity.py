"""The last activity of a case: what people wrote, and never that something was hidden or shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk.stage import Clock, Copy, exchange
from tests.pages import PageCase, PageEntry
from workbench.desk import news_json
from workbench.local import changelog, schema
from workbench.local.database import Database

LAYOUTS = Path(__file__).parent / "layouts"
LATER = 60_000
PIECE = 11
"""So many slots are a big case's piece here: one more than its fields."""
CASE = PageCase(
    1, "20240601", "桩离线", (PageEntry("甲", "YD"), PageEntry("乙", "LM")), "in_progress", ("YD",)
)
OTHER = PageCase(2, "20240701", "屏不亮", (PageEntry("丙", "YD"),))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Two cases of a page, and one that a person wrote, some time ago."""
    found = Copy(tmp_path / "anna.db", clock=Clock())
    found.plain(CASE, OTHER)
    found.desk.note(found.desk.new("nova", "自己的"), "自己写的")
    found.clock.pass_ms(LATER)
    return found


def active(copy: Copy) -> dict[str, int]:
    """Return the last activity of each case, hidden ones too."""
    return {uid: copy.desk.case(uid, hidden=True).summary.updated_at for uid in copy.uids()}


def order(copy: Copy) -> list[str]:
    return [summary.id for summary in copy.desk.list("")]


def hide_and_show(copy: Copy) -> None:
    for number in (1, 3):
        copy.desk.hide([copy.id(number)])
    copy.desk.unhide(copy.uids())


def hide_entries(copy: Copy) -> None:
    for number, text in ((1, "甲"), (3, "自己写的")):
        case, entry = copy.id(number), copy.entry(text, number)
        copy.desk.hide([case], entry)
        copy.desk.unhide([case], entry)


def undo_import_and_redo(copy: Copy) -> None:
    for _ in range(3):  # the note, the new case, the import
        copy.desk.undo()
    for _ in range(3):
        copy.desk.undo(redo=True)


ACTS: list[Callable[[Copy], None]] = [hide_and_show, hide_entries, undo_import_and_redo]


@pytest.mark.parametrize("do", ACTS)
def test_what_is_hidden_and_shown_again_is_as_old_as_it_was(
    copy: Copy, tmp_path: Path, do: Callable[[Copy], None]
) -> None:
    before, listed = active(copy), order(copy)
    do(copy)
    assert active(copy) == before
    assert order(copy) == listed
    copy.sound()
    # On another copy, where all comes at once, and where it comes bit by bit.
    boris = Copy(tmp_path / "boris.db", "boris", clock=copy.clock)
    copy.publish()
    with boris.desk._tools.pen.receive("pull") as receiving:
        receiving.take_all(copy.published, boris.clock())
    boris.desk._tools.pen.fold_stale("pull")
    assert active(boris) == before
    do(copy)
    exchange(copy, boris)
    assert active(boris) == before
    boris.sound()


def test_what_is_written_in_a_hidden_case_is_activity(copy: Copy) -> None:
    case = copy.id(1)
    copy.desk.hide([case])
    before = active(copy)[case]
    copy.desk.note(case, "又离线")
    assert active(copy)[case] > before


def test_that_a_colleague_hid_a_case_is_news_and_leaves_nothing_unread(
    copy: Copy, tmp_path: Path
) -> None:
    boris = Copy(tmp_path / "boris.db", "boris", clock=copy.clock)
    exchange(copy, boris)
    for uid in boris.uids():
        boris.desk.mark_read(uid)
    before = active(boris)
    case = copy.id(1)
    for do, act in ((copy.desk.hide, "hide"), (copy.desk.unhide, "unhide")):
        do([case])
        exchange(copy, boris)
        (told,) = [news_json(news) for news in boris.desk.digest(None)]
        assert (told["case_id"], told["unread"]) == (case, 0)
        assert [change["act"] for change in told["changes"]][-1] == act
    assert list(boris.desk.list("is:unread")) == []
    assert active(boris) == before


# --- a file of the layout before ----------------------------------------------------------------


def written_as_before(new: Path, path: Path) -> None:
    """Make a file of layout 7 with the rows of another, as that version would have had them."""
    with closing(sqlite3.connect(path)) as old:
        old.executescript((LAYOUTS / "v7.sql").read_text(encoding="utf-8"))
        old.execute("ATTACH ? AS new", (str(new),))
        for table in ("meta", "subject", "op", "name", "cases", "entry", "claim", "alias"):
            columns = [row[1] for row in old.execute(f"PRAGMA main.table_info({table})")]
            listed = ", ".join(columns)
            old.execute(f"INSERT INTO main.{table} ({listed}) SELECT {listed} FROM new.{table}")
        old.execute(
            "UPDATE cases SET written_h = max(written_h, coalesce((SELECT max(h) FROM op"
            ' WHERE subject = cases.id AND CAST(bytes AS TEXT) LIKE \'%"k":"hide"%\'), 0))'
        )
        old.execute("UPDATE cases SET active_at = max(active_at, written_h >> 16)")
        old.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        old.execute("PRAGMA user_version = 7")
        old.commit()


@pytest.mark.parametrize("big", [changelog.BIG, PIECE], ids=["whole", "in pieces"])
def test_a_file_of_layout_7_tells_when_people_wrote_last(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, big: int
) -> None:
    for nth in range(PIECE):
        copy.desk.note(copy.id(3), f"再来电 {nth}")
    copy.clock.pass_ms(LATER)
    before = active(copy)
    hide_and_show(copy)
    copy.desk.hide([copy.id(2)])
    copy.desk.close()
    old = tmp_path / "old.db"
    written_as_before(copy.path, old)
    with closing(sqlite3.connect(old)) as connection:
        late = dict(connection.execute("SELECT uid, active_at FROM cases"))
    assert all(late[uid] > before[uid] for uid in before)
    monkeypatch.setattr(changelog, "BIG", big)
    Database(old).close()  # who brings it forward may be stopped before it folds
    after = Copy(old, clock=copy.clock)
    assert active(after) == before
    after.sound()
