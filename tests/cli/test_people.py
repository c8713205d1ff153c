"""``people``: who is who, shared with the team, taken back, and what follows of it elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def spelled(paged: Cli) -> Cli:
    """Give a file in which one engineer is written in two ways."""
    paged.ok("assign", "8", "+zhao")
    paged.ok("note", "8", "看过了", "--speaker", "zhao")
    return paged


def person(cli: Cli, name: str, *words: str) -> Any:
    """Return what ``people`` tells of a person, None where it tells nothing."""
    return next((found for found in cli.ok("people", *words) if found["name"] == name), None)


def numbers(cli: Cli, *words: str) -> list[int]:
    """Return the numbers of the cases that a query finds."""
    return sorted(row["number"] for row in cli.ok("list", *words))


def test_people_are_found_in_what_was_written(spelled: Cli) -> None:
    assert person(spelled, "zhaoqi") == {
        "name": "zhaoqi",
        "side": "engineer",
        "aliases": [],
        "sides": [],
        "cases": 1,
        "open": 0,
        "entries": 0,
    }
    assert person(spelled, "客户")["side"] == "customer"
    assert (person(spelled, "Kay")["cases"], person(spelled, "Kay")["entries"]) == (1, 1)


def test_nobody_is_merged_into_a_name_that_nobody_has(spelled: Cli) -> None:
    said = spelled.fails(3, "people", "merge", "zhaoqj", "zhao")
    assert "nobody is called “zhaoqj”" in said
    assert "workbench people set zhaoqj --alias zhao" in said
    assert person(spelled, "zhao")["aliases"] == []
    assert spelled("people", "set", "zhaoqj", "--alias", "zhao").code == 0
    assert spelled("people", "merge", "zhaoqj", "Kay").code == 0


def test_whom_a_spelling_takes_in_is_said(spelled: Cli) -> None:
    ran = spelled("people", "set", "zhaoqi", "--alias", "zhao", "--alias", "qi")
    assert ran.err == "“zhao” is “zhaoqi” from now on: 1 case, 1 entry.\n"
    assert "from now on" not in spelled("people", "set", "zhaoqi", "--alias", "zhao").err


def test_two_spellings_become_one_wherever_they_are_read(spelled: Cli) -> None:
    before = spelled.ok("export")
    (merged,) = spelled.ok("people", "merge", "zhaoqi", "zhao")
    assert (merged["aliases"], merged["cases"], merged["entries"]) == (["zhao"], 2, 1)
    assert person(spelled, "zhao") is None
    assert spelled.ok("export") == before  # what people wrote is left as it was
    for name in ("zhao", "ZHAOQI"):
        assert numbers(spelled, f"engineer:{name}") == [8, 9]
        assert numbers(spelled, f"speaker:{name}") == [8]
        assert numbers(spelled, "is:mine", "--author", name) == [8, 9]
        assert numbers(spelled, f"-engineer:{name}") == [7]
    counted = {row["name"]: row["cases"] for row in spelled.ok("stats")["engineers"]}
    assert (counted["zhaoqi"], "zhao" in counted) == (2, False)
    rows = [line for line in spelled("list").out.splitlines() if "#8_" in line]
    assert "zhaoqi" in rows[0]
    assert spelled.ok("rebuild")["equal"]


def test_a_person_is_given_and_taken_off_however_the_name_is_written(spelled: Cli) -> None:
    spelled.ok("people", "merge", "zhaoqi", "zhao")
    assert spelled.ok("assign", "8", "+zhaoqi")[0]["engineers"] == ["zhao"]
    assert spelled.ok("assign", "8", "-zhaoqi")[0]["engineers"] == []
    assert numbers(spelled, "engineer:zhao") == [9]


def test_sides_and_spellings_are_set_and_taken_back(spelled: Cli) -> None:
    (kay,) = spelled.ok("people", "set", "Kay", "--side", "研发", "--alias", "k", "--alias", "凯")
    assert (kay["side"], kay["aliases"]) == ("R&D", ["k", "凯"])
    assert spelled.ok("people", "set", "Kay", "--side", "R&D")[0] == kay
    (kay,) = spelled.ok("people", "set", "k", "--no-alias", "凯")
    assert (kay["name"], kay["aliases"]) == ("Kay", ["k"])
    undone = spelled.ok("undo")
    assert [(row["act"], row["person"], row["new"]) for row in undone] == [("add", "Kay", "凯")]
    assert person(spelled, "Kay")["aliases"] == ["k", "凯"]
    taken = spelled.ok("undo")
    assert {(row["field"], row["case"]) for row in taken} == {("side", None), ("alias", None)}
    assert (person(spelled, "Kay")["side"], person(spelled, "Kay")["aliases"]) == ("engineer", [])
    spelled.ok("undo", "--redo")
    assert person(spelled, "Kay")["side"] == "R&D"
    spelled.ok("people", "set", "Kay", "--side", "none")
    assert person(spelled, "Kay")["side"] == "engineer"


def test_what_one_says_of_people_the_team_knows(spelled: Cli, tmp_path: Path) -> None:
    other = ("--db", str(tmp_path / "boris.db"), "--author", "boris")
    (tmp_path / "team").mkdir()
    for words in ((), other):
        spelled.ok("store", "add", "team", str(tmp_path / "team"), *words)
    spelled.ok("store", "init", "team")
    spelled.ok("people", "merge", "zhaoqi", "zhao")
    assert [row["field"] for row in spelled.ok("outbox")][-1] == "alias"
    assert "people" in spelled("outbox").out
    spelled.ok("sync")
    spelled.ok("sync", *other)
    assert spelled.ok("people", *other)[0] == spelled.ok("people")[0]
    # Both say where Kay stands, and neither has seen the other say so.
    spelled.ok("people", "set", "Kay", "--side", "customer")
    spelled.ok("people", "set", "kay", "--side", "vendor", *other)
    for words in ((), other, ()):
        spelled.ok("sync", *words)
    here, there = person(spelled, "kay"), person(spelled, "kay", *other)
    assert here == there
    assert set(here["sides"]) == {"customer", "vendor"}
    assert "?" in spelled("people").out
    spelled.ok("undo")
    assert (person(spelled, "Kay")["side"], person(spelled, "Kay")["sides"]) == ("vendor", [])
    spelled.ok("people", "set", "Kay", "--side", "engineer")
    for words in ((), other):
        spelled.ok("sync", *words)
    spelled.ok("people", "set", "Kay", "--side", "customer", *other)
    for words in (other, ()):
        spelled.ok("sync", *words)
    refused = spelled("undo")
    assert (refused.code, "changed since by boris" in refused.err) == (4, True)
    assert person(spelled, "Kay")["side"] == "customer"


def test_a_name_is_taken_out_of_what_was_said_of_people(paged: Cli) -> None:
    paged.ok("people", "set", "Kay", "--side", "customer", "--alias", "凯先生", "--alias", "凯总")
    paged.ok("people", "redact", "凯先生", "--why", "个人信息")
    kay = person(paged, "Kay")
    assert (kay["aliases"], kay["side"]) == (["凯总"], "customer")
    assert "凯先生".encode() not in paged.db.read_bytes()
    told = paged("people", "redact", "Kay", "--why", "个人信息")
    assert (told.code, "Cases still bear the name: 1 as an engineer's" in told.err) == (0, True)
    assert [found["side"] for found in paged.ok("people") if found["name"] == "凯总"] == [
        "customer"
    ]
    paged("store", "add", "team", str(paged.folder / "team"))
    assert "spelling redacted  ▇" in paged("outbox").out
    (first, *_, last) = [item for item in paged.ok("outbox") if item["act"] == "redact"]
    assert (first["why"], last["person"]) == ("个人信息", "▇")
    undone = paged("undo")
    assert (undone.code, "was redacted since" in undone.err) == (4, True)


@pytest.mark.parametrize(
    ("code", "words", "says"),
    [
        (2, ("people", "redact", "Kay"), "people redact NAME --why W"),
        (2, ("people", "redact", "Kay", "--why", " "), "a redaction needs a reason"),
        (3, ("people", "redact", "Kay", "--why", "x"), "nothing was said of “Kay”"),
        (2, ("people", "set", "Kay", "--why", "x"), "--why goes with redact only"),
        (2, ("people", "merge", "Kay"), "people merge A B"),
        (2, ("people", "set", "Kay"), "--side"),
        (2, ("people", "list"), "people"),
        (2, ("people", "set", "Kay", "--side", "x"), "no side “x”"),
        (2, ("people", "merge", "Kay", "Kay"), "one spelling"),
        (2, ("people", "set", " ", "--side", "vendor"), "empty"),
        (3, ("people", "merge", "Kay", "nobody"), "nobody is called “nobody”"),
    ],
)
def test_what_can_t_be_said_of_people(
    paged: Cli, code: int, words: tuple[str, ...], says: str
) -> None:
    assert says in paged.fails(code, *words)


def test_who_writes_about_a_known_phone_is_told_which_cases_mention_it(paged: Cli) -> None:
    told = paged("note", "8", "客户电话 13900000317，请回电")
    assert (told.code, "13900000317 also stands in nova_case#9_20240612." in told.err) == (0, True)
    again = paged("note", "9", "回过 13900000317 了")
    assert "nova_case#8_20240601" in again.err
    assert "nova_case#9" not in again.err.partition("also")[2]
    assert "also" not in paged("note", "7", "电话 13900000318").err
    assert "nova_case#8_20240601" in paged("new", "nova", "又是 13900000317").err


def test_a_case_says_whose_turn_it_is(paged: Cli) -> None:
    def turn() -> str | None:
        return str(paged.ok("show", "8")["waiting_for"])

    paged.ok("note", "8", "还没好", "--speaker", "客户")
    assert turn() == "engineer"
    assert (
        numbers(paged, "waiting:us", "speaker:客户")
        == numbers(paged, "等待:我方 speaker:客户")
        == [8]
    )
    paged.ok("note", "8", "转研发确认")
    assert (turn(), numbers(paged, "waiting:R&D")) == ("R&D", [8])
    paged.ok("status", "8", "on_hold", "--why", "等厂家备件")
    assert turn() == "vendor"
    assert "vendor" in paged("list").out
    paged.ok("note", "8", "到货了", "--speaker", "厂家", "--author", "boris")
    assert turn() == "engineer"
    paged.ok("status", "8", "resolved")
    assert turn() == "None"
