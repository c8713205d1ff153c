"""``reserve``, ``renumber`` and the names of cases, as scripts use them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, environment
from tests.readme import README, fences
from tests.sync.places import DatabasePlace, FolderPlace
from workbench import language


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """Return what runs commands on a new, empty database."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield Cli(tmp_path, monkeypatch)
    language.setup("en")


@pytest.fixture
def office(cli: Cli, database_place: DatabasePlace) -> Cli:
    """The same, with a store in a database."""
    cli.ok("store", "add", "team", database_place.url)
    assert cli.ok("store", "init", "team")["created"]
    return cli


@pytest.fixture
def colleague(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Somebody else's copy."""
    (tmp_path / "colleague").mkdir()
    found = Cli(tmp_path / "colleague", monkeypatch)

    class Other(Cli):
        def __call__(self, *words: str, stdin: bytes = b"") -> Any:
            return super().__call__("--db", str(found.db), "--author", "boris", *words, stdin=stdin)

    return Other(found.folder, monkeypatch)


def test_a_draft_is_named_by_its_key_before_and_after(office: Cli) -> None:
    made = office("new", "nova", "两台桩离线", "--date", "2026-02-24")
    assert made.err == "It gets a number when it is sent; this key names it for ever.\n"
    key = made.out.strip()
    case = office.ok("show", key)
    assert (case["key"], case["number"]) == (key, None)
    letters = case["id"][:5]
    assert key == f"nova_case#new-{letters}_20260224"
    done = office("sync")
    assert (done.code, done.err) == (0, f"{key} is nova_case#1_20260224 now\n")
    for name in (key, f"new-{letters}", letters, "1", "nova#1"):
        shown = office.ok("show", name)
        assert (shown["id"], shown["number"], shown["aliases"]) == (case["id"], 1, [key])
    told = office.ok("history", "1")[-1]
    assert (told["field"], told["act"], told["old"], told["new"]) == ("number", "set", None, 1)


def test_numbers_are_reserved_listed_and_used(office: Cli) -> None:
    assert office.ok("reserve") == []
    assert office("reserve").err == "No numbers are reserved.\n"
    held = [{"project": "nova", "number": n, "store": "team"} for n in (1, 2)]
    assert office.ok("reserve", "nova", "2") == held
    assert office.ok("reserve") == office.ok("reserve", "NOVA") == held
    assert office.ok("reserve", "terra") == []
    assert office.ok("store", "list")[0]["reserved"] == [
        {"project": "nova", "number": n} for n in (1, 2)
    ]
    assert "Reserved numbers: nova#1 nova#2" in office("store", "list").out
    assert office("new", "nova", "甲", "--date", "2026-02-24").out == "nova_case#1_20260224\n"
    assert office("reserve", "nova").out == "nova#2\n"
    assert office("reserve", "nova", "1").out == "nova#3\n"
    removed = office("store", "remove", "team")
    assert "Given up, and gaps from now on: nova#2 nova#3\n" in removed.err
    assert office.ok("reserve") == []


@pytest.mark.parametrize("words", [("nova", "0"), ("nova", "-3"), ("nova", "1001"), ("nova", "x"),
                                   ("no va", "1"), ("", "1")])  # fmt: skip
def test_what_can_not_be_reserved_is_told(office: Cli, words: tuple[str, ...]) -> None:
    office.fails(2, "reserve", *words)
    assert office.ok("reserve") == []


def test_who_can_not_reserve_is_told_why(cli: Cli, folder_place: FolderPlace) -> None:
    assert "no shared store" in cli.fails(3, "reserve", "nova", "3")
    folder_place.create()
    cli.ok("store", "add", "share", folder_place.url)
    assert "share is a folder" in cli.fails(1, "reserve", "nova", "3")
    cli.ok("store", "add", "far", "postgresql://nobody@/x?host=/nowhere")
    cli.fails(5, "reserve", "nova", "3")
    cli.ok("store", "add", "farther", "postgresql://nobody@/y?host=/nowhere")
    assert "several stores give numbers: far, farther" in cli.fails(3, "reserve", "nova", "3")
    assert "share is a folder" in cli.fails(1, "reserve", "nova", "3", "--store", "share")
    cli.fails(3, "reserve", "nova", "3", "--store", "nowhere")


def test_two_claims_of_a_number_are_candidates(
    cli: Cli, colleague: Cli, folder_place: FolderPlace
) -> None:
    folder_place.create()
    keys = []
    for person in (cli, colleague):
        keys.append(person.ok("new", "nova", "甲", "--date", "2026-02-24")["key"])
        person.ok("store", "add", "team", folder_place.url)
    assert keys[0] == keys[1]
    cli.ok("sync")
    for person in (colleague, cli):
        ran = person("sync")
        assert ran.code == 0
        assert ran.err.startswith("number 1 is used twice: nova_case#1_20260224, nova_case#1-")
    first, second = sorted(cli.ok("list"), key=lambda case: len(case["key"]))
    assert second["key"] == f"nova_case#1-{second['id'][:5]}_20260224"
    ran = cli("--json", "show", "1")
    assert (ran.code, ran.out) == (3, "")
    assert json.loads(ran.err)["candidates"] == [first["key"], second["key"]]
    for case in (first, second):
        assert cli.ok("show", case["key"])["id"] == case["id"]
        assert cli.ok("show", f"1-{case['id'][:5]}")["id"] == case["id"]
    assert [case["id"] for case in cli.ok("list", "is:question")] == [second["id"]]
    assert second["questions"][0]["field"] == "number"
    assert f"nova_case#1-{second['id'][:5]}_20260224" in cli("list").out

    settled = cli.ok("renumber", second["key"])
    assert (settled["id"], settled["key"]) == (second["id"], "nova_case#2_20260224")
    assert settled["questions"] == []
    assert cli.ok("show", second["key"])["id"] == second["id"]
    told = cli.ok("history", "2")[-1]
    assert (told["field"], told["old"], told["new"]) == ("number", 1, 2)
    assert cli("undo").code == 0
    assert cli.ok("show", second["id"][:8])["number"] == 1


def test_renumber_without_a_store_takes_the_next_number(cli: Cli) -> None:
    for text in ("甲", "乙"):
        cli.ok("new", "nova", text)
    assert cli("renumber", "1").out.startswith("nova_case#3_")
    assert cli.ok("show", "1")["number"] == 3
    cli.fails(3, "renumber", "17")


def test_what_the_readme_says_of_numbers_works_with_a_database(office: Cli) -> None:
    office.ok("import", str(README.parent / "workbench" / "sample" / "nova_3.txt"))
    text = README.read_text(encoding="utf-8")
    section = text.partition("## Case numbers\n")[2].partition("\n## ")[0]
    lines = [
        line.partition(" # ")[0] for part in fences("sh", section) for line in part.splitlines()
    ]
    assert len(lines) == 5
    for line in lines:
        name, *words = shlex.split(line, comments=True)
        ran = office(*words)
        assert (name, ran.code) == ("workbench", 0), (line, ran.err)
    assert [number["number"] for number in office.ok("reserve")] == list(range(137, 142))
