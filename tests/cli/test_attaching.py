"""Files by command: attach, list, open, carry along, and what is said where one is not here."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workbench.desk import Desk

LOG = b"10:00 offline\n"
LARGE = 600 * 1024
Process = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def log(paged: Cli) -> str:
    path = paged.folder / "日志.log"
    path.write_bytes(LOG)
    return str(path)


def test_a_file_is_attached_and_listed(paged: Cli, log: str) -> None:
    told = paged.ok("attach", "9", log)
    assert {key: told[key] for key in ("file", "in", "sha256", "size", "entry", "here")} == {
        "file": "日志.log",
        "in": "problem",
        "sha256": sha256(LOG).hexdigest(),
        "size": len(LOG),
        "entry": None,
        "here": True,
    }
    assert (told["case"], told["author"]) == ("nova_case#9_20240612", "陈一")
    assert paged.ok("files", "9") == [told]
    assert paged.ok("show", "9")["attachments"] == [
        {"file": "日志.log", "in": "problem", "sha256": told["sha256"], "size": len(LOG)}
    ]
    assert [case["key"] for case in paged.ok("list", "日志")] == ["nova_case#9_20240612"]
    assert "[file 日志.log 14 B]" in paged("show", "9").out


def test_the_same_file_twice_is_one(paged: Cli, log: str) -> None:
    first = paged.ok("attach", "9", log)
    again = paged("attach", "9", log)
    assert (again.code, again.err) == (0, "Nothing to change: it is so already.\n")
    assert paged.ok("attach", "9", log) == first
    other = paged.ok("attach", "9", log, "--name", "昨天.log")
    assert [file["file"] for file in paged.ok("files", "9")] == ["日志.log", "昨天.log"]
    assert other["sha256"] == first["sha256"]
    assert len(list((paged.folder / "cases.db.files").rglob(first["sha256"]))) == 1


def test_a_file_comes_from_stdin(paged: Cli) -> None:
    assert paged.ok("attach", "9", "-", stdin=LOG)["file"] == "stdin"
    told = paged.ok("attach", "9", "-", "--name", "../../passwd", stdin=b"x")
    assert (told["file"], told["size"]) == ("passwd", 1)
    assert "Nothing came on stdin" in paged.fails(2, "attach", "9", "-")
    empty = paged.folder / "empty.log"
    empty.touch()
    assert paged.ok("attach", "9", str(empty))["size"] == 0


def test_an_entry_has_its_files(paged: Cli, log: str) -> None:
    entry = paged.ok("note", "9", "见附件", "--attach", log, "--attach", paged.page())
    assert entry["attachments"] == ["日志.log", "nova_9.txt"]
    files = paged.ok("files", "9")
    assert [(file["in"], file["entry"]) for file in files] == [("thread", entry["id"])] * 2
    assert "[file 日志.log 14 B]" in paged("show", "9").out
    assert paged.ok("show", "9")["entries"][-1] == entry


def test_a_note_with_a_file_that_is_not_there_writes_nothing(paged: Cli, log: str) -> None:
    before = paged.ok("show", "9")
    paged.fails(1, "note", "9", "见附件", "--attach", log, "--attach", "/nowhere/a.log")
    assert paged.ok("show", "9") == before


def test_what_cannot_be_attached_is_told(paged: Cli, log: str) -> None:
    assert "/nowhere/a.log" in paged.fails(1, "attach", "9", "/nowhere/a.log")
    assert "is a folder" in paged.fails(1, "attach", "9", str(paged.folder))
    paged.fails(3, "attach", "99", log)
    paged.fails(2, "attach", "9", log, "--name", "a\nb")
    paged.fails(2, "attach", "9")
    assert paged.ok("files", "9") == []


def test_a_large_file_is_warned_of_and_too_large_a_one_refused(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.cli.attaching.LARGE", 10)
    assert "is large (14 B)" in paged("attach", "9", "-", stdin=LOG).err
    assert paged("config", "set", "file_limit", "1 KB").code == 0
    assert "more than 1000 B" in paged.fails(1, "attach", "9", "-", stdin=b"x" * 1001)
    assert paged("attach", "9", "-", stdin=b"x" * 1000).code == 0
    paged.fails(2, "config", "set", "file_limit", "many")


def test_undo_takes_a_file_off_and_redo_brings_it_back(paged: Cli, log: str) -> None:
    paged.ok("attach", "9", log)
    (undone,) = paged.ok("undo")
    assert (undone["act"], undone["field"], undone["old"]) == ("remove", "attachment", "日志.log")
    assert paged.ok("files", "9") == []
    paged.ok("undo", "--redo")
    assert [(file["file"], file["here"]) for file in paged.ok("files", "9")] == [("日志.log", True)]
    told = [(item["act"], item["old"], item["new"]) for item in paged.ok("history", "9")[-3:]]
    assert told == [
        ("add", None, "日志.log"),
        ("remove", "日志.log", None),
        ("add", None, "日志.log"),
    ]
    assert paged.ok("rebuild")["equal"] is True


# --- opening ------------------------------------------------------------------------------------


@pytest.fixture
def opener(paged: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a program of the system's name writes what it was called with."""
    program, called = paged.folder / "bin" / "xdg-open", paged.folder / "called"
    program.parent.mkdir()
    os.mkfifo(called)
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{called}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return called


def test_a_file_is_opened_by_the_system(paged: Cli, opener: Path, log: str) -> None:
    paged.ok("attach", "9", log, "--name", "-rf 日志:1.log")
    told = paged.ok("open", "--", "9", "-rf 日志:1.log")
    path = Path(told["path"])
    assert opener.read_text(encoding="utf-8") == f"{path}\n"
    assert path.name == "rf 日志_1.log"
    assert path.read_bytes() == LOG
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.unlink()
    path.parent.rmdir()


def test_an_own_opener_wins(paged: Cli, opener: Path, log: str) -> None:
    paged.ok("attach", "9", log)
    own = opener.parent / "bin" / "own"
    (opener.parent / "bin" / "xdg-open").rename(own)
    paged.ok("config", "set", "opener", f"{own} --read-only")
    path = Path(paged.ok("open", "9", "日志.log")["path"])
    assert opener.read_text(encoding="utf-8") == f"--read-only\n{path}\n"
    path.unlink()
    path.parent.rmdir()


def test_without_a_program_that_opens_it_is_put_where_one_says(
    paged: Cli, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged.ok("attach", "9", log)
    monkeypatch.setenv("PATH", str(paged.folder))
    assert "xdg-open" in paged.fails(1, "open", "9", "日志.log")
    target = paged.folder / "out"
    target.mkdir()
    ran = paged("open", "9", "日志.log", "--to", str(target))
    assert ran.out == f"{target / '日志.log'}\n"
    assert (target / "日志.log").read_bytes() == LOG
    assert "there already" in paged.fails(1, "open", "9", "日志.log", "--to", str(target))
    assert "no folder" in paged.fails(1, "open", "9", "日志.log", "--to", str(target / "deeper"))
    (target / "日志.log").unlink()
    (target / "日志.log").symlink_to(paged.folder / "elsewhere")
    assert "there already" in paged.fails(1, "open", "9", "日志.log", "--to", str(target))
    assert not (paged.folder / "elsewhere").exists()


def test_a_file_is_found_by_its_name_or_how_its_id_begins(paged: Cli, log: str) -> None:
    one = paged.ok("attach", "9", log, "--name", "Log.TXT")
    for nth, ref in enumerate(
        ("Log.TXT", "log.txt", "ｌｏｇ.txt", one["id"][:6], one["sha256"][:9])
    ):
        target = paged.folder / str(nth)
        target.mkdir()
        assert paged("open", "9", ref, "--to", str(target)).code == 0
    paged.ok("attach", "9", "-", "--name", "Log.TXT", stdin=b"another")
    error = paged.fails(3, "open", "9", "Log.TXT", "--to", str(paged.folder))
    assert one["id"] in error
    assert paged("open", "9", one["id"], "--to", str(paged.folder)).code == 0
    paged.fails(3, "open", "9", "nothing.log", "--to", str(paged.folder))


def test_of_a_file_on_a_page_only_the_name_is_known(cli: Cli) -> None:
    path = cli.folder / "nova.txt"
    path.write_text("== nova_case#3_20240601 ==\n[[attach:电价.xlsx]]\n", encoding="utf-8")
    cli.ok("import", str(path))
    (file,) = cli.ok("files", "3")
    assert (file["file"], file["sha256"], file["here"]) == ("电价.xlsx", None, False)
    assert "only its name is known" in cli("files", "3").out
    assert "only the name is known" in cli.fails(
        1, "open", "3", "电价.xlsx", "--to", str(cli.folder)
    )


# --- sharing ------------------------------------------------------------------------------------


@pytest.fixture
def shared(paged: Cli) -> Cli:
    """Return a copy with a store, to which it has sent a small and a large file."""
    store = paged.folder / "store"
    paged.ok("store", "add", "team", str(store))
    paged.ok("store", "init", "team")
    paged.ok("attach", "9", "-", "--name", "小.log", stdin=LOG)
    paged.ok("attach", "9", "-", "--name", "大.bin", stdin=b"x" * LARGE)
    sent = paged.ok("sync")
    assert (sent["blobs_sent"], sent["blobs_received"]) == (2, 0)
    return paged


@pytest.fixture
def boris(shared: Cli) -> tuple[str, ...]:
    """Return the words before a command of a colleague's."""
    path = shared.folder / "boris.db"
    with Desk.open(path, "boris") as desk:
        desk.add_store("team", str(shared.folder / "store"))
    return ("--db", str(path), "--author", "boris")


def test_large_files_are_fetched_when_they_are_opened(shared: Cli, boris: tuple[str, ...]) -> None:
    assert shared("pull", *boris).out.endswith("1 file received\n")
    assert [file["here"] for file in shared.ok("files", "9", *boris)] == [True, False]
    told = shared("files", "9", *boris)
    assert "大.bin  600 KiB  not here" in told.out
    assert "workbench open" in told.err
    assert "[file 大.bin 600 KiB · not here]" in shared("show", "9", *boris).out
    store = shared.folder / "store"
    store.rename(shared.folder / "away")
    error = shared.fails(5, "open", "9", "大.bin", "--to", str(shared.folder), *boris)
    assert "大.bin is not here, and " in error
    (shared.folder / "away").rename(store)
    assert shared.ok("open", "9", "大.bin", "--to", str(shared.folder), *boris)["here"] is True
    assert (shared.folder / "大.bin").read_bytes() == b"x" * LARGE


def test_files_are_carried_along_on_a_trip(shared: Cli, boris: tuple[str, ...]) -> None:
    ran = shared("pull", "--files", "两台 离线", "--budget", "500KB", *boris)
    assert ran.out.splitlines()[1] == "Files: 2, here already: 1, fetched: 0 (0 B)"
    assert "Does not fit: 大.bin 600 KiB · not here of nova_case#9_20240612." in ran.err
    told = shared.ok("pull", "--files", "离线", "--budget", "1MB", *boris)["files"]
    assert (told["found"], told["here"], told["fetched"], told["bytes"]) == (2, 1, 1, LARGE)
    assert (told["too_large"], told["missing"]) == ([], [])
    shared.fails(2, "pull", "--budget", "1MB", *boris)
    shared.fails(2, "pull", "--files", "离线", "--budget", "many", *boris)
    shared.fails(2, "pull", "--files", "离线", "--dry-run", *boris)
    shared.fails(2, "pull", "--files", "status:nix", *boris)


def test_what_has_not_been_uploaded_is_told_on_both_sides(
    shared: Cli, boris: tuple[str, ...]
) -> None:
    shared.ok("pull", *boris)
    told = shared.ok("attach", "9", "-", "--name", "新.log", stdin=b"new")
    content = shared.folder / "cases.db.files" / told["sha256"][:2] / told["sha256"]
    content.rename(shared.folder / "kept")
    assert "damaged here, or gone: 1 file" in shared("push").err
    ran = shared("pull", *boris)
    assert "1 file not uploaded yet by 陈一" in ran.err
    error = shared.fails(1, "open", "9", "新.log", "--to", str(shared.folder), *boris)
    assert "陈一 has not sent it yet" in error
    told = shared.ok("attach", "9", "-", "--name", "新.log", stdin=b"new")
    assert "1 file has not been sent yet." in shared("outbox").err
    assert shared.ok("push")["blobs_sent"] == 1
    assert "Everything has been sent." in shared("outbox").err
    assert shared.ok("pull", *boris)["blobs_received"] == 1


def test_a_redacted_file_is_nowhere(shared: Cli, boris: tuple[str, ...]) -> None:
    shared.ok("pull", *boris)
    case = shared.ok("redact", "9", "小.log", "--why", "个人信息")
    assert [file["file"] for file in case["attachments"]] == ["大.bin"]
    shared.ok("sync")
    shared.ok("sync", *boris)
    found = [path for path in shared.folder.rglob("*") if path.is_file() and "小" not in path.name]
    assert not [path for path in found if path.read_bytes() == LOG]
    last = shared.ok("history", "9", *boris)[-1]
    assert (last["act"], last["field"], last["why"]) == ("redact", "attachment", "个人信息")
    shared.fails(3, "redact", "9", "nothing.log", "--why", "x")


def test_where_a_redacted_content_is_attached_too_is_said(shared: Cli) -> None:
    other = shared.folder / "又一份.log"
    other.write_bytes(LOG)
    key = shared.ok("new", "nova", "同一份日志")["key"]
    shared.ok("attach", key, str(other))
    said = shared("redact", "9", "小.log", "--why", "个人信息").err
    assert f"attached to {key} as 又一份.log, and stays" in said
    assert "attached" not in shared("redact", key, "又一份.log", "--why", "个人信息").err


def test_a_command_with_files_is_the_same_in_a_process(process: Process, tmp_path: Path) -> None:
    assert process("new", "nova", "两台桩离线").returncode == 0
    (tmp_path / "a.log").write_bytes(LOG)
    done = process("note", "1", "-", "--attach", str(tmp_path / "a.log"), input="见附件".encode())
    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)
    with (tmp_path / "a.log").open("rb") as file:
        assert process("attach", "1", "-", "--name", "桩.log", stdin=file).returncode == 0
    assert "桩.log  14 B" in process("files", "1").stdout.decode()
