"""Wholly Chinese or wholly English: what a person is told under ``--lang zh`` is Chinese."""

from __future__ import annotations

import errno
import os
import re
import sqlite3

import pytest

from tests.cli.conftest import Cli
from workbench.cases.refusals import reason

NOT_TALK = re.compile(r"workbench [ -~]*|“[^”]*”|'[^']*'|/[!-~]+|(?<!\S)--?[a-z]\S*|postgresql:\S*")
"""Commands, quoted words, paths, options: they are the same in every language."""
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ]+[A-Za-z']{2,}){2,}")
CHINESE = re.compile("[一-鿿]")


def english(told: str) -> list[str]:
    """Return the lines of some talk that no Chinese reader would take for Chinese."""
    lines = [NOT_TALK.sub(" ", line.removeprefix("workbench: ")) for line in told.splitlines()]
    return [line for line in lines if ENGLISH.search(line) or not CHINESE.search(line)]


FAILING: list[tuple[str, ...]] = [
    ("show", "999"), ("show", "9", "8"), ("show",), ("show", "--frob", "9"), ("frob",), ("lst",),
    ("list", "--limit"), ("list", "--limit", "x"), ("list", "--limit", "-1"),
    ("list", "--sort", "colour"), ("list", "--csv", "--json"), ("list", "status:new"),
    ("list", "frob:x"), ("list", '"open'), ("list", "(a"), ("list", "opened:2030-02-31"),
    ("list", "updated:<x"), ("list", "is:frob"), ("list", "OR"), ("list", "--view", "none"),
    ("show", "9", "--as-of", "1999"), ("show", "9", "--as-of", "never"),
    ("show", "9", "--source", "--chat"), ("new", "nova"), ("new", "no va", "x"),
    ("new", "nova", ""), ("new", "nova", "x", "--date", "2030-13-01"),
    ("new", "nova", "x", "--date", "2030-01-01 10:00"), ("new", "nova", "x", "--date", ""),
    ("new", "nova", "a\0b"), ("note", "9", ""), ("note", "9", " "), ("note", "999", "x"),
    ("note", "9", "x", "--reply-to", "77"), ("note", "9", "x", "--happened", "soon"),
    ("note", "9", "x", "--happened", "2026-01-01 25:00"),
    ("note", "9", "x", "--happened", "2026-01-01T10:00+15:00"),
    ("note", "9", "x", "--attach", "/no/such/file"), ("note", "9", "x", "--attach", "/tmp"),
    ("note", "9", "x", "--attach"), ("edit", "9"), ("edit", "9", "1"), ("edit", "9", "77", "x"),
    ("edit", "9", "x", "--speaker", "y"), ("edit", "9", "problem", "x", "--speaker", "y"),
    ("edit", "9", "title", "x", "--seen", "zzzz"), ("edit", "9", "date", "x"),
    ("edit", "9", "problem", ""), ("hide", "9", "77"), ("unhide", "zz"), ("redact", "9"),
    ("redact", "9", "problem"), ("redact", "9", "problem", "--why", " "),
    ("redact", "9", "problem", "--text", "absent", "--why", "x"),
    ("redact", "9", "title", "--why", "x"), ("redact", "9", "77", "--why", "x"),
    ("status", "9"), ("status", "9", "done"), ("status", "on_hold"),
    ("status", "9", "resolved", "--why", "x"), ("status", "9", "on_hold", "--until", "soon"),
    ("status", "9", "999", "on_hold"), ("assign", "9"), ("assign", "+LM"), ("assign", "9", "+"),
    ("assign", "9", "+LM", "-LM"), ("tag", "9"), ("tag", "9", "+ "), ("attach", "9"),
    ("attach", "9", "/no/such/file"), ("attach", "9", "/tmp"), ("attach", "9", "-"),
    ("attach", "9", "/etc/hostname", "--name", "/"), ("files", "999"), ("open", "9", "x.png"),
    ("open", "9"), ("history", "999"), ("undo", "--redo"), ("undo", "x"),
    ("export", "--format", "pdf"), ("export",), ("export", "--page", "none"),
    ("export", "--page", "none", "--format", "csv"),
    ("export", "--format", "json", "-o", "/no/such/folder/x"),
    ("store", "add", "team"), ("store", "add", "a b", "/tmp/x"), ("store", "frob"),
    ("store", "add", "team", "ftp://x"), ("store", "init", "none"), ("store", "check", "none"),
    ("store", "remove", "none"), ("store", "purge", "none"), ("push",), ("pull",), ("sync",),
    ("sync", "none"), ("pull", "--budget", "x"), ("pull", "--files", "is:mine", "--budget", "x"),
    ("pull", "--dry-run", "--files", "x"), ("people", "set"), ("people", "merge", "a"),
    ("people", "merge", "LM", "LM"), ("people", "merge", "absent", "gone"),
    ("people", "set", "LM", "--side", "frob"), ("people", "set", " ", "--alias", "x"),
    ("people", "frob"), ("view", "save", "x"), ("view", "remove", "none"), ("view", "frob"),
    ("view", "save", "all", "is:mine"), ("view", "save", "x", "frob:1"), ("explain", '"'),
    ("reserve", "nova", "0"), ("reserve", "nova", "x"), ("reserve", "nova", "3"),
    ("renumber", "999"), ("decide", "zzzz", "1"), ("decide", "zzzz"), ("decide", "zzzz", "0"),
    ("digest", "--since", "x"), ("stats", "frob:x"), ("report",), ("report", "--week", "x"),
    ("doctor", "--terminal"), ("doctor", "--terminal", "--repair"), ("doctor", "x"), ("backup",),
    ("backup", "/no/such/folder/x.db"), ("backup", "/tmp"), ("config", "get"),
    ("--db", "/no/such/folder/y.db", "backup", "x.db"),
    ("config", "get", "colour"), ("config", "set", "theme", "pink"), ("config", "set", "theme"),
    ("config", "set", "keys.frob", "x"), ("config", "set", "keys.undo", "ctrl+h"),
    ("config", "set", "keys.undo", "r"), ("config", "set", "lang", "fr"), ("config", "frob"),
    ("config",), ("keys", "x"), ("import",), ("import", "/no/such/file"), ("import", "/tmp"),
    ("import", "-", "-"), ("import", "-"), ("demo", "x"), ("demo",),
    ("--db", "", "list"), ("list", "--json=1"), ("--db", "/tmp", "list"),
    ("--db", "/proc/nowhere/x.db", "list"), ("--config", "/tmp", "list"), (),
]  # fmt: skip
"""Calls that fail on a database with a page of three cases."""


def test_whatever_fails_is_told_in_chinese(paged: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    wrong = {}
    for words in FAILING:
        ran = paged(*words)
        assert ran.code, words
        assert ran.out == "", words
        if said := english(ran.err):
            wrong[words] = said
    assert not wrong


def test_the_option_is_heard_in_a_call_that_can_not_be_read(paged: Cli) -> None:
    for words in (("frob",), ("show", "--frob", "9"), ("list", "--limit"), ("--db", "", "list")):
        assert english(paged.fails(2, *words))
        assert not english(paged.fails(2, "--lang", "zh", *words))
    assert not english(paged.fails(2, "list", "--limit", "x", "--lang=zh"))


HEADING = "= nova_case#5_20240101 =\n问题描述:x\n"
BROKEN: dict[str, bytes] = {
    "empty.txt": b"",
    "binary.txt": b"a\0b",
    "words.txt": "只有几句话".encode(),
    "page.html": b"<!DOCTYPE html><html><body>x</body></html>",
    "page.xml": b"<xwikidoc><content>x",
    "entities.xml": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><xwikidoc>&a;</xwikidoc>",
    "pages.xar": b"PK\x03\x04 and no archive",
    "heading.txt": "= _case#3_20240101 =\n问题描述:x\n".encode(),
    "status.txt": (HEADING + "--解决:\n状态:✅已解决 ✅处理中\n").encode(),
    "date.txt": "= nova_case#3_2024 =\n问题描述:x\n".encode(),
    "twice.txt": (HEADING + HEADING.replace("0101", "0102")).encode(),
}
"""Files that are no page, or ask something of a person."""


def test_what_an_import_has_to_say_is_chinese(cli: Cli) -> None:
    for name, content in BROKEN.items():
        (cli.folder / name).write_bytes(content)
        ran = cli("--lang", "zh", "import", str(cli.folder / name))
        assert not english(ran.err), name
        assert not ENGLISH.search(NOT_TALK.sub(" ", ran.out)), name
    assert "编号 5" in cli("--lang", "zh", "import", str(cli.folder / "twice.txt")).out


def test_a_file_that_can_not_be_used_is_told_in_chinese(cli: Cli) -> None:
    """The database itself: no database, another program's, a newer one, damaged, held, full."""
    other = cli.folder / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    newer = cli.folder / "newer.db"
    cli("--db", str(newer), "new", "nova", "x")
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    none = cli.folder / "none.db"
    none.write_bytes(b"this is no database, only text " * 100)
    for path in (other, newer, none, cli.folder, cli.folder / "none.db" / "x.db"):
        assert not english(cli.fails(1, "--lang", "zh", "list", "--db", str(path))), path


def test_a_database_that_another_process_holds_is_told_in_chinese(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.local.database.WAIT", 0.05)
    holder = sqlite3.connect(paged.db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert not english(paged.fails(1, "--lang", "zh", "note", "9", "x"))
    finally:
        holder.close()


def test_what_the_system_refuses_is_in_english_its_own_sentence() -> None:
    for number in errno.errorcode:
        assert reason(OSError(number, os.strerror(number), "x")) == os.strerror(number)


def test_a_store_that_can_not_be_used_is_told_in_chinese(paged: Cli) -> None:
    place = paged.folder / "store"
    place.mkdir()
    (place / "foreign.txt").write_text("x")
    paged("store", "add", "team", str(place))
    for words in (("store", "init", "team"), ("store", "check", "team"), ("sync",), ("push",)):
        ran = paged("--lang", "zh", *words)
        assert ran.code
        assert not english(ran.out + ran.err), words
    (place / "casestore.json").write_text("no mark")
    assert not english(paged("--lang", "zh", "sync").err)
    (place / "foreign.txt").unlink()
    (place / "casestore.json").unlink()
    for words in (("store", "init", "team"), ("store", "check", "team"), ("sync",), ("doctor",)):
        ran = paged("--lang", "zh", *words)
        assert not ran.code
        assert not ENGLISH.search(NOT_TALK.sub(" ", ran.out + ran.err)), words


def test_what_an_undo_leaves_is_named_in_chinese(paged: Cli) -> None:
    place = paged.folder / "store"
    place.mkdir()
    other = ("--db", str(paged.folder / "other.db"), "--author", "boris")
    for words in ((), other):
        paged.ok("store", "add", "team", str(place), *words)
    paged.ok("store", "init", "team")
    for said, words in enumerate(((), other)):
        if said:
            paged.ok("sync", *words)
        paged.ok("edit", "9", "problem", f"桩离线 {said}", *words)
        paged.ok("edit", "9", "1", f"已断电 {said}", "--speaker", f"客户 {said}", *words)
        paged.ok("sync", *words)
    paged.ok("sync")
    for what in ("发言人", "问题"):
        ran = paged("--lang", "zh", "undo")
        assert ran.code == 4
        assert f"之后 boris 又改了{what}，保持不变" in ran.err
        assert not english(ran.err)
    for words in ((), other):  # neither sees the other's
        paged.ok("status", "9", "on_hold", "--why", "等配件", *words)
    for words in ((), other, ()):
        paged.ok("sync", *words)
    assert paged("--lang", "zh", "undo").err.endswith("boris 也给了同样的状态，保持不变\n")
    paged.ok("undo", "--redo")
    assert paged("undo", "--json").err == ""
