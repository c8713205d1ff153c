"""Search finds what a plain look at every text finds, whatever the index has and has not yet."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.local.copies import MEMORY
from workbench.cases import initials
from workbench.cases.grams import asked, grams
from workbench.cases.query import Phrase, Words
from workbench.local import containing, index, schema
from workbench.local.containing import Containing, Term
from workbench.local.database import Database
from workbench.local.index import Index

LAYOUTS = Path(__file__).parent / "layouts"
SIGNS = (
    "盛弘充电桩あ한abÄßé012345 \n#-:/\"'*😀👩\u200d\u0301\u3099\u200b\ufb01\uff21\uff10\U00020000"
)
texts = st.text(st.sampled_from(SIGNS), max_size=12) | st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x1f"), max_size=12
)
places = st.integers(0, 1_000)


def folded(text: str) -> str:
    """Fold a text, in this test's own words."""
    text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    return unicodedata.normalize("NFKC", text)


READ = {"盛": "sc", "弘": "h", "充": "c", "电": "d", "桩": "z", "\U00020000": "?"}
"""The initials of the Han above; of the last nobody knows them."""


def spelled(text: str) -> list[str]:
    """Return the initials of the signs of a text, in this test's own words."""
    signs = [sign for sign in folded(text) if sign.isalnum()]
    return [READ.get(sign, sign if sign.isascii() else "?") for sign in signs]


def sounds(word: str, read: list[str]) -> bool:
    """Say whether signs that follow each other are read so."""
    starts = range(len(read) - len(word) + 1)
    return any(all(letter in read[at + n] for n, letter in enumerate(word)) for at in starts)


class Texts(RuleBasedStateMachine):
    """Cases and entries whose texts come, change and go, while the index follows in between."""

    def __init__(self) -> None:
        super().__init__()
        where = MEMORY if MEMORY.is_dir() else None
        self.folder = TemporaryDirectory(dir=where)
        self.db = Database(Path(self.folder.name) / "cases.db")
        self.index = Index(self.db)
        self.cases: dict[int, str] = {}
        self.entries: dict[int, tuple[int, str]] = {}
        self.last = 0

    def teardown(self) -> None:
        self.db.close()
        self.folder.cleanup()

    def some(self, rows: dict[int, Any], place: int) -> int:
        return sorted(rows)[place % len(rows)]

    @rule(text=texts)
    def add_case(self, text: str) -> None:
        self.last += 1
        uid = f"c{self.last}"
        self.db.run("INSERT INTO subject VALUES (?, ?)", self.last, uid)
        self.db.run(
            "INSERT INTO cases (id, uid, project, family, key, date_raw, created_h, title, folded)"
            " VALUES (?, ?, '', '', '', '', 0, ?, ?)",
            self.last,
            uid,
            text,
            folded(text),
        )
        self.cases[self.last] = text

    @precondition(lambda self: self.cases)
    @rule(place=places, text=texts)
    def add_entry(self, place: int, text: str) -> None:
        self.last += 1
        case = self.some(self.cases, place)
        self.write_entry(self.last, case, text)

    def write_entry(self, id_: int, case: int, text: str) -> None:
        self.db.run(
            "INSERT INTO entry (id, uid, case_id, slot, h, op_id, text, edited, redacted, hidden,"
            " images, files, seen, decisions, active_at, news, folded)"
            " VALUES (?, ?, ?, 0, 0, '', '', 0, 0, 0, '[]', '[]', '[]', 0, 0, 0, ?)",
            id_,
            f"e{id_}",
            case,
            folded(text),
        )
        self.entries[id_] = (case, text)

    @precondition(lambda self: self.cases)
    @rule(place=places, text=texts)
    def change_case(self, place: int, text: str) -> None:
        id_ = self.some(self.cases, place)
        self.db.run("UPDATE cases SET title = ?, folded = ? WHERE id = ?", text, folded(text), id_)
        self.cases[id_] = text

    @precondition(lambda self: self.entries)
    @rule(place=places, text=texts)
    def change_entry(self, place: int, text: str) -> None:
        id_ = self.some(self.entries, place)
        self.db.run("UPDATE entry SET folded = ?, text = 'x' WHERE id = ?", folded(text), id_)
        self.entries[id_] = (self.entries[id_][0], text)

    @precondition(lambda self: self.entries)
    @rule(place=places, text=texts)
    def write_entry_anew(self, place: int, text: str) -> None:
        id_ = self.some(self.entries, place)
        case, _ = self.entries[id_]
        self.remove_entry(place)
        self.write_entry(id_, case, text)

    @precondition(lambda self: self.entries)
    @rule(place=places)
    def remove_entry(self, place: int) -> None:
        id_ = self.some(self.entries, place)
        self.db.run("DELETE FROM entry WHERE id = ?", id_)
        del self.entries[id_]

    @precondition(lambda self: self.cases)
    @rule(place=places)
    def remove_case(self, place: int) -> None:
        id_ = self.some(self.cases, place)
        self.db.run("DELETE FROM entry WHERE case_id = ?", id_)
        self.db.run("DELETE FROM cases WHERE id = ?", id_)
        del self.cases[id_]
        self.entries = {e: row for e, row in self.entries.items() if row[0] != id_}

    @rule(chunks=st.integers(1, 3))
    def follow(self, chunks: int) -> None:
        left = iter(range(chunks))
        self.index.follow(stopped=lambda: next(left, None) is None)

    @rule()
    def follow_whole(self) -> None:
        self.index.follow()

    @rule()
    def forget(self) -> None:
        with self.db.write("forget"):
            self.index.forget_former()

    @rule(
        place=places,
        start=st.integers(0, 11),
        length=st.integers(1, 6),
        limit=st.sampled_from([None, 1, 5]),
        closer=st.integers(0, 2),
        other=texts,
    )
    def search(
        self, place: int, start: int, length: int, limit: int | None, closer: int, other: str
    ) -> None:
        """Look for a part of some text that is there, and for one that may not be."""
        there = [*self.cases.values(), *(text for _, text in self.entries.values()), other]
        for text in (there[place % len(there)][start : start + length], other):
            term = folded(text)
            if term:
                assert self.found(Phrase(term), limit, closer) == self.meant(term), repr(term)

    @rule(
        place=places,
        word=st.text(st.sampled_from("shcdzab"), min_size=2, max_size=4),
        limit=st.sampled_from([None, 1, 5]),
        closer=st.integers(0, 2),
    )
    def search_by_initials(self, place: int, word: str, limit: int | None, closer: int) -> None:
        """Look for what some title sounds like, and for what none may."""
        read = ["".join(letters[0] for letters in spelled(text)) for text in self.cases.values()]
        words = [word, *(begin[:4] for begin in read if re.fullmatch("[a-z]{2,4}", begin[:4]))]
        word = words[place % len(words)]
        meant = {case for case, text in self.cases.items() if sounds(word, spelled(text))}
        found = self.found(Words(word, initials=True), limit, closer)
        assert found == sorted(meant | set(self.meant(word))), word

    def meant(self, term: str) -> list[int]:
        return sorted(
            {case for case, text in self.cases.items() if term in folded(text)}
            | {case for case, text in self.entries.values() if term in folded(text)}
        )

    def found(self, term: Term, limit: int | None, closer: int) -> list[int]:
        terms = Containing(self.db, limit)
        condition, values = terms.condition(term)
        for _ in range(closer):
            terms.look_closer()
            condition, values = terms.condition(term)
        further = Containing(self.db, None, terms).condition(term)
        found = [
            [id_ for (id_,) in self.db.rows(f"SELECT c.id FROM cases c WHERE {sql}", *given)]
            for sql, given in ((condition, values), further)
        ]
        assert sorted(found[0]) == sorted(found[1]), "what it took over holds for more of them"
        return sorted(found[0])

    @invariant()
    def what_is_not_as_it_is_waits(self) -> None:
        """Of every other document the index has the grams, and no others."""
        waiting = {doc for (doc,) in self.db.rows("SELECT doc FROM unindexed")}
        held: dict[int, set[str]] = {}
        for term, doc in self.db.rows("SELECT term, doc FROM gram_place"):
            held.setdefault(doc, set()).add(term)
        docs = {(case << 32) + id_: text for id_, (case, text) in self.entries.items()}
        docs |= {id_ << 32: text for id_, text in self.cases.items()}
        for doc in held.keys() | docs.keys() - waiting:
            if doc not in waiting:
                text = docs.get(doc, "")
                of_case = not doc & 0xFFFFFFFF
                wanted = grams(folded(text)) | (initials.grams(text) if of_case else set())
                assert held.get(doc, set()) == wanted


def run(histories: int = 30) -> None:
    """Try many histories; the first that fails ends it."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Texts,
        settings=settings(
            max_examples=histories,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            report_multiple_bugs=False,
        ),
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a handful of rows be many."""
    monkeypatch.setattr(index, "CHUNK", 2)
    monkeypatch.setattr(containing, "LEAST", 2)
    monkeypatch.setattr(index, "AT_HAND", 2)
    monkeypatch.setattr(index, "MANY", 2)
    monkeypatch.setattr(index, "GOOD", 2)


def test_search_finds_what_is_there_at_every_moment() -> None:
    run()


def test_the_index_of_a_file_of_layout_5_is_made_anew(tmp_path: Path) -> None:
    """There a document was not numbered by its case."""
    path = tmp_path / "older.db"
    with closing(sqlite3.connect(path)) as older:
        older.executescript((LAYOUTS / "v5.sql").read_text(encoding="utf-8"))
        older.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        older.execute("PRAGMA user_version = 5")
        older.execute("INSERT INTO subject VALUES (3, 'c')")
        older.execute(
            "INSERT INTO cases (id, uid, project, family, key, date_raw, created_h, folded)"
            " VALUES (3, 'c', '', 'nova', '', '', 0, '盛弘')"
        )
        older.execute(
            "INSERT INTO entry (id, uid, case_id, slot, h, op_id, text, edited, redacted, hidden,"
            " images, files, seen, decisions, active_at, news, folded)"
            " VALUES (7, 'e', 3, 0, 0, '', '', 0, 0, 0, '[]', '[]', '[]', 0, 0, 0, '充电桩')"
        )
        older.execute("INSERT INTO gram (rowid, grams) VALUES (7, '盛弘 弘'), (14, '充电 电桩 桩')")
        older.execute("DELETE FROM unindexed")
        older.commit()
    with closing(Database(path)) as db:
        for _ in range(2):
            for text, found in (("弘", [3]), ("充电桩", [3]), ("盛充", [])):
                condition, values = Containing(db, None).condition(Phrase(text))
                rows = db.rows(f"SELECT c.id FROM cases c WHERE {condition}", *values)
                assert [id_ for (id_,) in rows] == found
            assert Index(db).follow()
        docs = {doc for (doc,) in db.rows("SELECT doc FROM gram_place")}
        assert docs == {3 << 32, (3 << 32) + 7}


def unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Believe what the index says."""
    monkeypatch.setattr(
        containing, "_HOLDING", re.sub(r"instr\([^)]*\) > 0", "? <> ''", containing._HOLDING)
    )


def unscanned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what waits to be indexed."""
    for name in ("_HOLDING", "_HAVING"):
        sql = getattr(containing, name).replace(" UNION ALL SELECT doc FROM unindexed", "")
        monkeypatch.setattr(containing, name, sql)


def untriggered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a changed text be as it was."""
    prepared = Database._prepare

    def without(self: Database, path: Path) -> None:
        prepared(self, path)
        self.run("DROP TRIGGER IF EXISTS entry_changed")
        self.run("DROP TRIGGER IF EXISTS case_changed")

    monkeypatch.setattr(Database, "_prepare", without)


def unnoted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take nothing out of the index."""
    monkeypatch.setattr(index, "_TAKE_OUT", "SELECT ?, ?")


def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the short grams at the end of a run."""
    monkeypatch.setattr(index, "grams", lambda text: {g for g in grams(text) if len(g) > 1})


@pytest.mark.parametrize("mutate", [unverified, unscanned, untriggered, unnoted, cut])
def test_the_property_can_fail(
    monkeypatch: pytest.MonkeyPatch, mutate: Callable[[pytest.MonkeyPatch], None]
) -> None:
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        run(500)


def with_texts(path: Path, texts: Iterable[str]) -> Database:
    """Return a file with one case of each text, indexed."""
    db = Database(path)
    add(db, texts)
    Index(db).follow()
    return db


def add(db: Database, texts: Iterable[str]) -> None:
    """Write one case of each text, which waits for the index."""
    with db.write("test"):
        for id_, text in enumerate(texts, 1):
            db.run("INSERT INTO subject VALUES (?, ?)", id_, f"c{id_}")
            db.run(
                "INSERT INTO cases (id, uid, project, family, key, date_raw, created_h, folded)"
                " VALUES (?, ?, '', 'nova', '', '', 0, ?)", id_, f"c{id_}", text,
            )  # fmt: skip


def test_a_number_is_found_by_how_it_begins(tmp_path: Path) -> None:
    texts = [
        "款1",
        "款12",
        "款12#",
        "款120",
        "款1299",
        "款12345",
        "款212",
        "款21",
        "3120",
        "款",
    ] * 3
    with closing(with_texts(tmp_path / "cases.db", texts)) as db:
        for limit, term in product((None, 2), ("款12", "款120", "12", "120", "款129", "21", "20")):
            terms = Containing(db, limit)
            for _ in range(3):
                condition, values = terms.condition(Phrase(term))
                rows = db.rows(f"SELECT c.id FROM cases c WHERE {condition}", *values)
                assert {id_ for (id_,) in rows} == {
                    id_ for id_, text in enumerate(texts, 1) if term in text
                }
                terms.look_closer()


def test_a_beginning_is_asked_for_where_whole_grams_have_many_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere a look at them is quicker."""
    with closing(with_texts(tmp_path / "cases.db", ["款12"] * 40)) as db:
        for many, beside in ((39, True), (40, False)):
            monkeypatch.setattr(index, "MANY", many)
            found = Index(db).documents(asked("款12"))
            assert found is not None
            assert found.match.startswith('"款1" AND ("12" OR ') is beside
            assert found.match.startswith('"款1"')


def test_the_most_seldom_grams_tell_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are asked for beside them where that makes the documents fewer."""
    monkeypatch.setattr(index, "AT_HAND", 10)
    texts = [
        "充电桩 12号" if n % 6 == 0 else "充电 桩12号" if n % 2 else "充电 桩" for n in range(300)
    ]
    texts[150] = "充电桩12号"
    with closing(with_texts(tmp_path / "cases.db", texts)) as db:
        found = [Index(db).documents(asked(term)) for term in ("充电桩", "桩12号", "电桩12号")]
        told = [(one.match, one.known) for one in found if one]
        assert told == [
            ('"电桩"', None),
            ('"桩1"', None),
            ('"电桩" AND "桩1" AND "12" AND "2号"', f"[{151 << 32}]"),
        ]
