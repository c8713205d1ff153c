"""Redaction: a text is gone from every byte, and whoever had not seen it keeps their own words."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cases.changes import NOW
from workbench.cases import initials
from workbench.cases.errors import Busy
from workbench.cases.grams import grams
from workbench.cases.register import REDACTED
from workbench.cases.text import fold
from workbench.desk import Desk, case_json
from workbench.local import database, points, stubs
from workbench.local.database import Database
from workbench.local.redate import redate

SECRET = "网关密码 Gate\n“1234-ABCD”，电话 13900000317"
PIECES = ("网关密码 Gate", "1234-ABCD", "13900000317")


class Stopped(BaseException):
    """The process ends here."""


@dataclass
class Person:
    """A person at a file of their own."""

    desk: Desk
    path: Path

    def holds(self, *pieces: str) -> list[str]:
        """Return which of these texts stand in some byte, as typed, escaped or folded."""
        self.desk.status_line()  # the file stays open: its log and index are there
        whole = b"".join(
            found.read_bytes()
            for suffix in ("", "-wal", "-shm")
            if (found := Path(f"{self.path}{suffix}")).exists()
        )
        forms = {
            form: piece
            for piece in pieces
            for form in (piece, fold(piece), json.dumps(piece)[1:-1], piece.replace("\n", "\\n"))
        }
        return [piece for form, piece in forms.items() if form.encode() in whole]

    def send(self, other: Person) -> None:
        """Give another person every change that is here."""
        with closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute("SELECT bytes FROM op WHERE bytes IS NOT NULL ORDER BY id")
            lines = [data for (data,) in rows]
        pen = other.desk._tools.pen
        with pen.act("take", other.desk.author) as act:
            for data in lines:
                act.take(data, NOW)

    def erased(self) -> int:
        """Return of how many changes only the stub is left."""
        with closing(sqlite3.connect(self.path)) as connection:
            found = connection.execute("SELECT count(*) FROM op WHERE bytes IS NULL").fetchone()
        return int(found[0])


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Person]:
    """Return a person at a file."""
    path = tmp_path / "anna.db"
    with Desk.open(path, "anna") as desk:
        yield Person(desk, path)


@pytest.fixture
def boris(tmp_path: Path) -> Iterator[Person]:
    """Return another person at another file."""
    path = tmp_path / "boris.db"
    with Desk.open(path, "boris") as desk:
        yield Person(desk, path)


# --- no byte is left --------------------------------------------------------------------------


def fill(desk: Desk, case: str, count: int) -> None:
    """Write entries of many sizes, so that pages of the file are split and moved."""
    for nth in range(count):
        desk.note(case, f"第 {nth} 次。" * (1 + nth * 37 % 90))


@pytest.mark.parametrize("target", ["problem", "title", "entry"])
@pytest.mark.parametrize("whole", [True, False])
def test_no_byte_of_a_redacted_text_is_left(anna: Person, target: str, whole: bool) -> None:
    """Not of any version, nor of a draft, nor in the free space of a page that was split."""
    desk = anna.desk
    secret = " ".join(SECRET.split()) if target == "title" else SECRET
    case = desk.new("nova", "枪无法解锁", date="2026-01-01")
    fill(desk, case, 30)
    where = desk.note(case, secret).entry_id or "" if target == "entry" else target
    for text in (secret, f"先 {secret}", f"{secret}，后来换了"):
        if target == "entry":
            desk.edit_entry(case, where, text=text)
        else:
            desk.edit_field(case, target, text)
        fill(desk, case, 30)
    draft = desk.open_draft(case, "note")
    desk.save_draft(draft.id, f"写到一半 {secret}")
    assert anna.holds(*PIECES)
    desk.redact(case, where, text=None if whole else secret, why="密码")
    assert anna.holds(*PIECES) == []
    found = desk.case(case)
    text = {
        "problem": found.summary.problem,
        "title": found.summary.title,
        "entry": next((e.text for e in found.entries if e.redacted), ""),
    }[target]
    assert text == (REDACTED if whole else f"{REDACTED}，后来换了")
    assert desk.rebuild()["equal"]
    assert anna.holds(*PIECES) == []


@pytest.mark.parametrize("target", ["problem", "entry"])
@pytest.mark.parametrize("indexed", ["before", "never", "changed since"])
def test_no_gram_of_a_redacted_text_is_left_in_the_index(
    anna: Person, target: str, indexed: str
) -> None:
    """Not in an older part of it either, which says what is not true any more until it is merged
    with the others."""
    desk, db = anna.desk, anna.desk._tools.db
    case = desk.new("nova", SECRET if target == "problem" else "枪无法解锁")
    where = desk.note(case, SECRET).entry_id or "" if target == "entry" else target
    fill(desk, case, 10)
    if indexed != "never":
        desk.follow_index()
        fill(desk, case, 10)
        desk.follow_index()
        assert "网关" in index_terms(db)
    if indexed == "changed since":
        if target == "entry":
            desk.edit_entry(case, where, text=f"先 {SECRET}")
        else:
            desk.edit_field(case, target, f"先 {SECRET}")
        assert db.value("SELECT 1 FROM unindexed WHERE former LIKE '%网关%'")
    desk.redact(case, where, why="privat")
    shown = db.rows("SELECT folded FROM cases UNION ALL SELECT folded FROM entry")
    left = {gram for (text,) in shown for gram in grams(text)}
    named = db.rows("SELECT title || char(31) || engineer_text FROM cases")
    left |= {gram for (names,) in named for gram in initials.grams(names)}
    secret = grams(fold(SECRET)) | (initials.grams(SECRET) if target == "problem" else set())
    assert len(secret - left) > (25 if target == "problem" else 15)
    assert index_terms(db) <= left
    assert anna.holds("网关", "关密", "密码", "-ab") == []
    assert not len(desk.find("wgmm"))
    assert db.value("SELECT count(DISTINCT segid) FROM gram_idx") <= 1
    desk.follow_index()
    assert index_terms(db) == left
    assert desk.rebuild()["equal"]


def index_terms(db: Database) -> set[str]:
    """Return every gram that some part of the index holds."""
    return {term for (term,) in db.rows("SELECT DISTINCT term FROM gram_place")}


def test_a_long_text_goes_with_all_its_parts(anna: Person, boris: Person) -> None:
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, "很长 " * 60_000 + SECRET).entry_id or ""
    anna.desk.edit_entry(case, entry, text=SECRET + "很长 " * 60_000)
    anna.send(boris)
    anna.desk.redact(case, entry, why="密码")
    anna.send(boris)
    for person in (anna, boris):
        assert person.holds("很长 很长", *PIECES) == []
        assert person.desk.case(case).entries[0].text == REDACTED
        assert person.desk.history(case)[-2].new == REDACTED
        assert person.desk.rebuild()["equal"]


def test_an_entry_of_very_many_versions_can_be_redacted(anna: Person, boris: Person) -> None:
    """What one change can list is limited; a copy that never had them still gets all of it."""
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, SECRET).entry_id or ""
    last = entry
    with anna.desk._tools.pen.act("edit", "anna") as act:
        for nth in range(1000):
            last = act.write("edit", case, [last], t=entry, x=f"{SECRET} {nth}").name
    anna.desk.redact(case, entry, text="1234-ABCD", why="密码")
    anna.send(boris)
    for person in (anna, boris):
        assert person.holds("1234-ABCD") == []
        (found,) = person.desk.case(case).entries
        assert (found.text, found.waiting) == (f"{SECRET} 999".replace("1234-ABCD", "▇"), None)
    assert case_json(anna.desk.case(case))["entries"][0]["text"] == found.text


def test_what_another_process_reads_is_gone_when_the_file_is_opened_next(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT", 0.05)
    case = anna.desk.new("nova", SECRET)
    with closing(Database(anna.path)) as other:
        with other.read():
            assert other.value("SELECT count(*) FROM cases") == 1
            with pytest.raises(Busy, match="the text was taken out"):
                anna.desk.redact(case, "problem", why="密码")
        assert anna.desk.case(case).summary.problem == REDACTED
    Desk.open(anna.path, "anna").close()
    assert anna.holds(*PIECES) == []


@pytest.mark.parametrize("point", ["redact:before-commit", "redact:before-forget", "after-vacuum"])
def test_a_process_that_ends_in_the_middle_leaves_it_to_the_next(
    anna: Person, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    case = anna.desk.new("nova", SECRET)

    def stop(name: str) -> None:
        if name.endswith(point):
            raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", stop)
        with pytest.raises(Stopped):
            anna.desk.redact(case, "problem", why="密码")
    with Desk.open(anna.path, "anna") as again:
        if point == "redact:before-commit":
            assert again.case(case).summary.problem == SECRET
            again.redact(case, "problem", why="密码")
        assert again.case(case).summary.problem == REDACTED
        assert anna.holds(*PIECES) == []


# --- other people's words ---------------------------------------------------------------------


def test_an_edit_that_had_not_seen_it_is_erased_and_kept_for_its_author(
    anna: Person, boris: Person
) -> None:
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, SECRET).entry_id or ""
    anna.send(boris)
    boris.desk.edit_entry(case, entry, text=f"{SECRET}，已换成 9999-X")
    anna.desk.redact(case, entry, why="密码")
    boris.send(anna)
    assert anna.holds("9999-X", *PIECES) == []
    assert not anna.desk.drafts()
    anna.send(boris)
    (draft,) = boris.desk.drafts()
    assert (draft.kind, draft.target, draft.case_id) == ("edit", entry, case)
    assert draft.text == f"{SECRET}，已换成 9999-X"
    boris.desk.discard_draft(draft.id)
    for person in (anna, boris):
        assert person.desk.case(case).entries[0].text == REDACTED
        assert person.desk.decisions() == []
        assert person.erased() == 2
        assert person.desk.rebuild()["equal"]


@pytest.mark.parametrize("first", ["redaction", "redacted words", "same words"])
def test_a_kept_draft_stays_whole_whoever_says_the_same(
    anna: Person, boris: Person, tmp_path: Path, first: str
) -> None:
    """In whatever order come the redaction, a version that it took out too, and equal words of a
    third person, which it had not seen either."""
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, SECRET).entry_id or ""
    anna.send(boris)
    path = tmp_path / "clara.db"
    with Desk.open(path, "clara") as desk, Desk.open(tmp_path / "tom.db", "tom") as other:
        clara, tom = Person(desk, path), Person(other, tmp_path / "tom.db")
        anna.send(clara)
        for person in (boris, clara):
            person.desk.edit_entry(case, entry, text=f"{SECRET}，已换成 9999-X")
        anna.desk.edit_entry(case, entry, text="已换成 9999-X")
        anna.send(tom)
        anna.desk.redact(case, entry, why="密码")
        draft = boris.desk.open_draft(case, "note")
        boris.desk.save_draft(draft.id, f"抄：{SECRET}")
        senders = {"redaction": anna, "redacted words": tom, "same words": clara}
        for sender in (senders.pop(first), *senders.values()):
            sender.send(boris)
    typed, kept = boris.desk.drafts()
    assert kept.text == f"{SECRET}，已换成 9999-X"
    assert typed.text.startswith("抄：")
    assert not [part for part in PIECES if part in typed.text]
    assert boris.desk.case(case).entries[0].text == REDACTED
    assert boris.desk.rebuild()["equal"]


def test_a_redaction_of_a_clones_entry_keeps_no_draft_of_its_words(
    anna: Person, boris: Person, tmp_path: Path
) -> None:
    """An unsent entry was dated anew on both machines: two changes, which say the same once."""
    case = anna.desk.new("nova", "a")
    anna.send(boris)
    entry = boris.desk.note(case, SECRET).entry_id or ""
    path = tmp_path / "clone.db"
    boris.desk.close()
    shutil.copy(boris.path, path)
    for clone, ahead in ((boris.path, 60_000), (path, 120_000)):
        with closing(Database(clone)) as db:
            db.run("UPDATE op SET h = h + ? WHERE mine", 86_400_000 << 16)
        with Desk.open(clone, "boris") as desk, desk._tools.db.write("redate"):
            assert redate(desk._tools.db, desk._tools.pen, desk._tools.clock() + ahead) == 1
    with Desk.open(boris.path, "boris") as mine, Desk.open(path, "boris") as other:
        one, two = Person(mine, boris.path), Person(other, path)
        two.send(anna)
        anna.desk.redact(case, entry, why="密码")
        for person in (one, two):
            anna.send(person)
            assert person.desk.drafts() == []
            assert person.desk.case(case).entries[0].text == REDACTED
            assert person.holds(*PIECES) == []


@pytest.mark.parametrize("changed", [False, True])
def test_a_redaction_aimed_at_the_kept_words_takes_the_draft_too(
    anna: Person, boris: Person, tmp_path: Path, changed: bool
) -> None:
    """Unless boris made something else of it since: nobody can have been aiming at that."""
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, "b").entry_id or ""
    anna.send(boris)
    boris.desk.edit_entry(case, entry, text=SECRET)
    with Desk.open(tmp_path / "clara.db", "clara") as desk:
        clara = Person(desk, tmp_path / "clara.db")
        boris.send(clara)
        anna.desk.redact(case, entry, why="密码")
        anna.send(boris)
        (draft,) = boris.desk.drafts()
        assert draft.text == SECRET
        if changed:
            boris.desk.save_draft(draft.id, "枪无法解锁")
        clara.desk.redact(case, entry, why="还有一个密码")
        clara.send(boris)
    assert [draft.text for draft in boris.desk.drafts()] == ["枪无法解锁"] * changed
    assert boris.holds(*PIECES) == []


@pytest.mark.parametrize("field", ["problem", "title"])
def test_a_fields_late_words_become_a_draft_of_that_field(
    anna: Person, boris: Person, field: str
) -> None:
    case = anna.desk.new("nova", SECRET, title="1234-ABCD")
    anna.send(boris)
    late = "又长 " * 60_000 if field == "problem" else "late"
    boris.desk.edit_field(case, field, late)
    anna.desk.redact(case, field, why="密码")
    anna.send(boris)
    (draft,) = boris.desk.drafts()
    assert (draft.kind, draft.text, draft.target) == (field, late.strip(), None)


def test_what_was_written_after_it_stays(anna: Person, boris: Person) -> None:
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, SECRET).entry_id or ""
    anna.desk.redact(case, entry, text="1234-ABCD", why="密码")
    anna.send(boris)
    boris.desk.edit_entry(case, entry, text="密码换了")
    boris.send(anna)
    for person in (anna, boris):
        assert person.desk.case(case).entries[0].text == "密码换了"
        assert person.desk.decisions() == []
        assert person.holds("1234-ABCD") == []
    assert not boris.desk.drafts()


def test_both_sides_of_a_decision_keep_what_is_not_taken_out(anna: Person) -> None:
    case = anna.desk.new("nova", "a")
    seen = anna.desk.case(case).seen["problem"]
    anna.desk.edit_field(case, "problem", "左 1234-ABCD", seen=seen)
    anna.desk.edit_field(case, "problem", "右 1234-ABCD", seen=seen)
    anna.desk.redact(case, "problem", text="1234-ABCD", why="密码")
    (decision,) = anna.desk.decisions()
    assert [value.value for value in decision.values] == ["左 ▇", "右 ▇"]


def test_two_people_redact_at_once(anna: Person, boris: Person) -> None:
    """Each took out another word: what either wrote instead still holds the other's."""
    case = anna.desk.new("nova", "密码 1234-ABCD，电话 13900000317")
    anna.send(boris)
    anna.desk.redact(case, "problem", text="1234-ABCD", why="密码")
    boris.desk.redact(case, "problem", text="13900000317", why="电话")
    boris.send(anna)
    anna.send(boris)
    for person, own in ((anna, "13900000317"), (boris, "1234-ABCD")):
        assert person.desk.case(case).summary.problem == REDACTED
        assert person.desk.decisions() == []
        (draft,) = person.desk.drafts()
        assert own in draft.text
        assert person.desk.mentions("13900000317") == []
        assert person.desk.rebuild()["equal"]


def test_a_redaction_that_comes_before_the_words_keeps_them_out(
    anna: Person, boris: Person
) -> None:
    case = anna.desk.new("nova", "a")
    entry = anna.desk.note(case, SECRET, speaker="客户").entry_id or ""
    with closing(sqlite3.connect(anna.path)) as connection:
        (note,) = connection.execute(
            "SELECT bytes FROM op WHERE instr(CAST(bytes AS TEXT), '\"note\"') > 0"
        ).fetchone()
    anna.desk.redact(case, entry, why="密码")
    anna.send(boris)
    (before,) = boris.desk.case(case).entries
    assert (before.id, before.speaker, before.author) == (entry, "客户", "anna")
    assert (before.text, before.redacted) == (REDACTED, True)
    pen = boris.desk._tools.pen
    with pen.act("take", "boris") as act:
        act.take(note, NOW)
    (after,) = boris.desk.case(case).entries
    assert after._replace(received_at=before.received_at) == before
    assert boris.holds(*PIECES) == []
    assert boris.desk.rebuild()["equal"]


@pytest.mark.parametrize("redacted", [False, True])
def test_words_that_come_behind_their_stub_take_its_place_unless_a_redaction_is_known(
    anna: Person, boris: Person, redacted: bool
) -> None:
    """A stub proves nothing, and words are proved by the id of their change."""
    case = anna.desk.new("nova", "a")
    for text in (SECRET, "很长 " * 60_000 + SECRET):
        entry = anna.desk.note(case, text, speaker="客户").entry_id or ""
    anna.desk.edit_entry(case, entry, text=f"{SECRET}!")
    anna.desk.edit_field(case, "problem", SECRET)
    changes = anna.desk._tools.log.of(anna.desk._tools.log.subject(case))
    rows = anna.desk._tools.db.rows("SELECT op_id, bytes FROM op ORDER BY id")
    texts = [
        item.change
        for item in changes
        if item.change.kind in ("note", "edit", "part") or item.change.body.get("f") == "problem"
    ]
    ids = [bytes.fromhex(change.id) for change in texts]
    whole = {op_id: data for op_id, data in rows if op_id in ids}
    with boris.desk._tools.pen.act("take", "boris") as act:
        for op_id, data in rows:
            if op_id not in ids:
                act.take(data, NOW)
        for change in texts:
            act.take_stub(bytes.fromhex(change.id), json.dumps(change.stub).encode(), NOW)
    assert boris.holds(*PIECES) == []
    if redacted:
        for entry in anna.desk.case(case).entries:
            anna.desk.redact(case, entry.id, why="密码")
        anna.desk.redact(case, "problem", why="密码")
        anna.send(boris)
    with boris.desk._tools.pen.act("take", "boris") as act:
        back = [
            stubs.give_back(act, boris.desk._tools.log, op_id, data)
            for op_id, data in whole.items()
        ]
    assert back == [not redacted] * len(whole)
    assert (boris.holds(*PIECES) == []) is redacted
    told = [case_json(person.desk.case(case)) for person in (anna, boris)]
    for one in told:
        one.pop("unread")
        for entry in one["entries"]:
            entry.pop("received_at")
    assert told[0] == told[1]
    assert boris.desk.rebuild()["equal"]
