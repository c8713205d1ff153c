"""The change log: what comes in is kept as it came, whatever it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cases.changes import CASE, DAY, NOW, OTHER_CASE, data, raw, stub_of
from tests.local.copies import Copy
from workbench.cases import names
from workbench.cases.change import MAX_BYTES, decode
from workbench.cases.errors import BadInput, WorkbenchError
from workbench.desk import Desk, case_json
from workbench.local.database import Database

NOTE = names.derive("a note")
MADE = data("case", project="nova", date_raw="20260101")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """Return a copy with an empty case."""
    found = Copy(tmp_path / "cases.db")
    found.take(MADE)
    yield found
    found.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk on a file of its own."""
    with Desk.open(tmp_path / "desk.db", "anna") as found:
        yield found


def states(copy: Copy) -> dict[bytes, str]:
    """Return the bytes of the changes that are kept, and what each is."""
    return {row["bytes"]: row["state"] for row in copy.db.rows("SELECT bytes, state FROM op")}


# --- what is kept -----------------------------------------------------------------------------


def test_bytes_are_kept_as_they_came(copy: Copy) -> None:
    odd = raw(i=NOTE, x="a").replace(b":", b" : ").replace(b"a", b"\\u0061", 1)
    copy.take(odd)
    assert states(copy)[odd] == "ok"
    (row,) = copy.db.rows("SELECT * FROM op WHERE bytes = ?", odd)
    assert row["op_id"] == sha256(odd).digest()
    assert row["received_at"] == NOW
    assert row["mine"] == 0


@pytest.mark.parametrize("line", [b"", b"\xff", b"[" * MAX_BYTES, b"x" * (MAX_BYTES + 1)])
def test_what_is_no_change_is_kept_and_never_folded(copy: Copy, line: bytes) -> None:
    before = copy.dump()
    copy.take(line, line)
    assert states(copy)[line] == "bad"
    assert {**copy.dump(), "op": []} == {**before, "op": []}
    copy.assert_rebuilt_equal()


def test_what_a_newer_version_wrote_is_kept_and_left_out(copy: Copy) -> None:
    before = copy.dump()
    lines = [raw(k="spin"), raw(i=NOTE, x="a", colour=1), raw(v=2, k="note", c=CASE, i=5)]
    copy.take(*lines)
    assert [states(copy)[line] for line in lines] == ["unknown"] * 3
    assert {**copy.dump(), "op": []} == {**before, "op": []}
    copy.assert_rebuilt_equal()
    copy.write("note", CASE, i=NOTE, x="b")


def test_one_that_must_be_understood_makes_its_case_readable_only(copy: Copy) -> None:
    with copy.pen.act("both", "anna", dry_run=True) as act:
        act.take(raw(k="spin", c=OTHER_CASE, must=1), NOW)  # the first of the file
        with pytest.raises(WorkbenchError, match="newer version"):
            act.write("note", OTHER_CASE, i=NOTE, x="b")
    copy.take(data("case", case=OTHER_CASE, project="nova", date_raw="0"), raw(k="spin", must=1))
    with pytest.raises(WorkbenchError, match="newer version"):
        copy.write("note", CASE, i=NOTE, x="b")
    copy.write("note", OTHER_CASE, i=NOTE, x="b")
    copy.take(data("note", i=NOTE, x="from another copy"))
    assert copy.db.value("SELECT count(*) FROM entry") == 2


def test_a_change_that_is_here_changes_nothing(copy: Copy) -> None:
    line = data("note", i=NOTE, x="a")
    copy.take(line)
    before = copy.dump()
    copy.now += DAY
    copy.take(line, line)
    assert copy.dump() == before


def test_one_name_in_two_cases_is_two_entries(copy: Copy) -> None:
    copy.take(
        data("case", case=OTHER_CASE, project="nova", date_raw="0"),
        data("note", i=NOTE, x="a"),
        data("note", i=NOTE, x="b", case=OTHER_CASE),
    )
    assert copy.db.value("SELECT group_concat(text, '') FROM entry") == "ab"
    copy.assert_rebuilt_equal()


def test_words_of_a_case_that_is_not_here_wait_for_it(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "cases.db")
    copy.take(data("note", i=NOTE, x="a", ms=5), data("set", f="problem", x="b", ms=9))
    assert copy.db.value("SELECT count(*) FROM cases") == 0
    copy.take(MADE)
    row = copy.db.row("SELECT * FROM cases")
    assert row is not None
    assert (row["problem"], row["entry_count"], row["active_at"]) == ("b", 1, NOW + 9)
    copy.assert_rebuilt_equal()
    copy.close()


def test_an_act_that_fails_leaves_nothing(copy: Copy) -> None:
    before = copy.dump()
    with suppress(RuntimeError), copy.pen.act("note", "anna") as act:
        act.write("note", CASE, i=NOTE, x="a")
        raise RuntimeError
    assert copy.dump() == before
    assert copy.db.value("SELECT count(*) FROM op") == 1


# --- the clock --------------------------------------------------------------------------------


def test_a_change_stands_behind_all_that_is_held(copy: Copy) -> None:
    copy.take(data("note", i=NOTE, x="a", ms=60_000))
    name = copy.write("hide", CASE)
    (row,) = copy.db.rows("SELECT * FROM op WHERE op_id = ?", bytes.fromhex(name))
    assert row["h"] == ((NOW + 60_000) << 16) + 1
    assert "unsure" not in decode(row["bytes"]).body


def test_a_copy_a_year_ahead_is_not_followed_and_the_clock_is_unsure(copy: Copy) -> None:
    copy.take(data("note", i=NOTE, x="a", ms=365 * DAY))
    name = copy.write("hide", CASE)
    (row,) = copy.db.rows("SELECT * FROM op WHERE op_id = ?", bytes.fromhex(name))
    assert row["h"] >> 16 == NOW
    assert decode(row["bytes"]).body["unsure"] == 1


@pytest.mark.parametrize("erased", [False, True])
def test_what_stands_last_is_told_though_a_note_comes_after_it(copy: Copy, erased: bool) -> None:
    ahead = data("note", i=NOTE, x="a", ms=365 * DAY)
    if erased:  # it comes as what is left of it
        stub = json.dumps(decode(ahead).stub).encode()
        with copy.pen.receive("pull") as receiving:
            receiving.take_stub(sha256(ahead).digest(), stub, NOW)
        copy.pen.fold_stale("pull")
    else:
        copy.take(ahead)
    last = copy.db.value("SELECT last_by FROM cases")
    own = copy.write("note", CASE, i=names.derive("b"), x="b", s="Tom")
    times = {row["uid"]: row["h"] for row in copy.db.rows("SELECT uid, h FROM entry")}
    assert times[NOTE] > times[own]
    assert copy.db.value("SELECT last_by FROM cases") == last != "tom"
    copy.assert_rebuilt_equal()


def test_the_clock_is_kept_in_the_file(copy: Copy) -> None:
    copy.write("hide", CASE)
    copy.close()
    again = Copy(copy.path)
    again.now -= 60_000
    again.write("hide", CASE)
    newest = again.db.rows("SELECT h FROM op WHERE mine ORDER BY id")
    assert newest[0]["h"] + 1 == newest[1]["h"]
    assert again.pen.copy == copy.pen.copy
    again.close()


def test_no_time_is_given_twice_whatever_the_clock_does(copy: Copy) -> None:
    """Each act is another process's: what it goes by is in the file."""
    steps = (0, 0, -60_000, 0, 10 * DAY, 0, -10 * DAY, 0, 0, 120_000, 0)
    now = copy.now
    for nth, step in enumerate(steps):
        now += step
        again = Copy(copy.path, seed=nth)
        again.now = now
        theirs = data("note", i=names.derive(str(nth)), x="a", ms=60_000 if nth == 1 else nth)
        with again.pen.act("both", "anna") as act:
            act.write("hide", CASE)
            if nth == 2:  # and what arrives stands behind it
                act.take(theirs, again.now)
        if nth in (1, 5, 8):
            again.take(theirs)
        again.close()
    times = [h for (h,) in copy.db.rows("SELECT h FROM op WHERE mine ORDER BY id")]
    fallen = [nth for nth, h in enumerate(times) if nth and h <= times[nth - 1]]
    assert fallen == [6], "but where the clock was set right"
    assert len(set(times)) == len(steps)
    assert times[1] < copy.db.value("SELECT max(h) FROM entry") < times[2]


# --- long texts -------------------------------------------------------------------------------

LONG = {
    "Chinese": "桩离线，已断电。\n" * 25_000,
    "Latin": "a" * (192 * 1024 - 2) + "b",
    "control signs": "\x01\x02" * 40_000,
    "signs beyond the plane": "\U0001f50c" * 60_000,
    "quotes": '"\\' * 60_000,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_text_goes_in_parts_and_comes_back_whole(desk: Desk, kind: str) -> None:
    text = LONG[kind].strip()
    case = desk.new("nova", text)
    entry = desk.note(case, text).entry_id
    other = desk.note(case, "short").entry_id
    assert entry is not None
    assert other is not None
    desk.edit_entry(case, other, text=text)
    desk.edit_field(case, "problem", text + "!")
    found = desk.case(case)
    assert found.summary.problem == text + "!"
    assert [e.text for e in found.entries] == [text, text]
    assert [e.waiting for e in found.entries] == [None, None]
    rows = Database(desk.path).rows("SELECT bytes FROM op")
    assert max(len(row["bytes"]) for row in rows) <= MAX_BYTES
    assert len(rows) > 9
    assert [h.new for h in desk.history(case) if h.field in ("problem", "entry")] == [
        text, text, "short", text, text + "!",
    ]  # fmt: skip
    assert desk.rebuild()["equal"]
    assert desk.undo().left == []
    assert desk.case(case).summary.problem == text


def test_a_text_just_short_enough_goes_whole(desk: Desk) -> None:
    desk.new("nova", "a" * (192 * 1024 - 2))
    assert not Database(desk.path).rows('SELECT 1 FROM op WHERE bytes LIKE \'%"k":"part"%\'')


def test_a_very_long_text_is_no_long_work(desk: Desk) -> None:
    """Each part is placed without reading those that are there already."""
    text = "桩离线，已断电。\n" * 100_000
    case = desk.new("nova", "a")
    desk.note(case, text)
    assert desk.case(case).entries[0].text == text.strip()


def test_text_arrives_with_its_last_part(copy: Copy, tmp_path: Path) -> None:
    other = Copy(tmp_path / "other.db")
    with copy.pen.act("note", "anna") as act:
        act.write("note", CASE, i=NOTE, x=LONG["Chinese"])
    lines = [row["bytes"] for row in copy.db.rows("SELECT bytes FROM op")]
    other.take(*lines[:-1])
    row = other.db.row("SELECT * FROM entry")
    assert row is not None
    assert (row["text"], row["waiting"]) == ("", "arriving")
    other.take(lines[-1])
    row = other.db.row("SELECT * FROM entry")
    assert row is not None
    assert (row["text"], row["waiting"]) == (LONG["Chinese"], None)
    other.assert_rebuilt_equal()
    other.close()


@pytest.mark.parametrize("text", ["a\0b", "\ud83d"])
def test_what_no_file_holds_is_refused_and_nothing_is_written(desk: Desk, text: str) -> None:
    case = desk.new("nova", "a")
    before = case_json(desk.case(case))
    for write in (
        lambda: desk.note(case, text),
        lambda: desk.note(case, "a", speaker=text),
        lambda: desk.edit_field(case, "title", text),
        lambda: desk.status([case], "on_hold", why=text),
        lambda: desk.tag([case], add=[text]),
        lambda: desk.note(case, text * 70_000),
    ):
        with pytest.raises(BadInput):
            write()
    assert case_json(desk.case(case)) == before


def test_a_value_that_is_no_text_may_not_be_longer_than_a_change(desk: Desk) -> None:
    case = desk.new("nova", "a")
    with pytest.raises(BadInput, match="at most 262144"):
        desk.status([case], "on_hold", why="x" * MAX_BYTES)


# --- what is left of erased changes -----------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [data("set", f="problem", x="密码"), data("note", i=NOTE, x="密码", s="Tom")],
    ids=["a field", "an entry"],
)
@pytest.mark.parametrize("key", ["c", "f", "i", "g", "h"])
def test_a_redaction_tells_what_a_store_tells_wrong_of_what_it_took_out(
    tmp_path: Path, written: bytes, key: str
) -> None:
    """Nothing but the redaction can tell: the text is gone by which the id could be proved."""
    change = decode(written)
    target = {"t": NOTE} if change.kind == "note" else {"f": "problem"}
    redact = data("redact", [change.name], ms=5, l=[stub_of(change)], why="个人信息", **target)
    wrong = (
        dict(change.stub)
        | {
            "c": {"c": OTHER_CASE},
            "f": {"f": "title"} if "f" in change.stub else {"s": "Tim"},
            "i": {"i": names.derive("another")} if "i" in change.stub else {"p": [change.name]},
            "g": {"g": "another act"},
            "h": {"h": f"{NOW + 9 << 16:016x}"},
        }[key]
    )
    told, mistold = (Copy(tmp_path / name) for name in ("told.db", "mistold.db"))
    for copy, stub in ((told, change.stub), (mistold, wrong)):
        with copy.pen.receive("pull") as receiving:
            receiving.take_all([MADE], NOW)
            receiving.take_stub(sha256(written).digest(), json.dumps(stub).encode(), NOW)
        copy.pen.fold_stale("pull")
    assert mistold.db.value("SELECT stub FROM op WHERE stub IS NOT NULL") != told.db.value(
        "SELECT stub FROM op WHERE stub IS NOT NULL"
    )
    for copy in (told, mistold):
        copy.take(redact)
        copy.take(data("note", i=names.derive("b"), x="后来", ms=9))
        copy.assert_rebuilt_equal()
    columns = "hex(op_id), stub, slot, h, mine, batch, state, received_at"
    rows = f"SELECT {columns} FROM op ORDER BY op_id"
    assert list(map(tuple, mistold.db.rows(rows))) == list(map(tuple, told.db.rows(rows)))
    labels = "SELECT label, slot FROM name ORDER BY label"
    assert list(map(tuple, mistold.db.rows(labels))) == list(map(tuple, told.db.rows(labels)))
    assert mistold.dump() == told.dump()
    for copy in (told, mistold):
        copy.close()


def test_a_redaction_of_another_case_tells_nothing(copy: Copy) -> None:
    written = data("set", f="problem", x="密码")
    change = decode(written)
    stub = json.dumps(change.stub)
    with copy.pen.receive("pull") as receiving:
        receiving.take_stub(sha256(written).digest(), stub.encode(), NOW)
    copy.pen.fold_stale("pull")
    lie = {**stub_of(change), "stub": {**change.stub, "f": "title"}}
    copy.take(
        data("redact", [change.name], ms=5, case=OTHER_CASE, f="title", why="个人信息", l=[lie])
    )
    kept = copy.db.value("SELECT stub FROM op WHERE op_id = ?", sha256(written).digest())
    assert json.loads(kept) == json.loads(stub)
    copy.assert_rebuilt_equal()
