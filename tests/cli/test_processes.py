"""The command line as processes: encodings, pipes, exit statuses, and what is never imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, environment

Process = Callable[..., subprocess.CompletedProcess[bytes]]

ASCII = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONIOENCODING": "ascii",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}


def test_text_is_utf8_whatever_the_locale(process: Process, tmp_path: Path) -> None:
    made = process("new", "nova", "充电桩离线", "--title", "离线", env=ASCII)
    assert (made.returncode, made.stderr) == (0, b"")
    shown = process("show", made.stdout.decode().strip(), "--json", env=ASCII)
    assert json.loads(shown.stdout.decode("utf-8"))["problem"] == "充电桩离线"
    noted = process("note", "nova", "-", input="桩\n".encode(), env=ASCII)
    assert noted.returncode == 3
    path = tmp_path / "导出.csv"
    written = process("export", "--format", "csv", "-o", str(path), env=ASCII)
    assert (written.returncode, written.stdout) == (0, b"")
    assert "充电桩离线" in path.read_text("utf-8")
    listed = process("list", "离线", env=ASCII)
    assert "离线" in listed.stdout.decode("utf-8")


def test_bytes_that_are_no_utf8_are_refused(process: Process) -> None:
    ran = process("new", "nova", b"\xb3\xe4\xb5\xe7")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"not UTF-8" in ran.stderr


def test_a_reader_that_leaves_early_is_no_error(paged: Cli, tmp_path: Path) -> None:
    for number in range(40):
        paged.ok("new", "nova", f"{number} " + "很长的问题" * 1000)
    writer = subprocess.Popen(
        [sys.executable, "-m", "workbench", "export", "--format", "json"],
        env={**os.environ, **environment(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    assert writer.stdout.read(2) == b"[\n"
    writer.stdout.close()
    assert (writer.wait(60), writer.stderr.read()) == (0, b"")
    writer.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_told(process: Process) -> None:
    with open("/dev/full", "wb") as full:
        ran = process("config", "show", stdout=full)
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"workbench: The output can't be written: No space left")
    assert b"Traceback" not in ran.stderr


def test_closed_streams_are_no_error(process: Process) -> None:
    command = f'"{sys.executable}" -m workbench keys'
    for closed in (">&-", "<&-", ">&- 2>&- <&-"):
        ran = subprocess.run(
            f"{command} {closed}", shell=True, capture_output=True, timeout=60, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize("words", [("demo",), (), ("--json",)])
def test_a_screen_needs_a_terminal(process: Process, words: tuple[str, ...]) -> None:
    ran = process(*words, stdin=subprocess.DEVNULL)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(b"workbench: This opens a screen and needs a terminal")
    if words == ("demo",):
        assert ran.stderr.count(b"\n") == 1


def test_the_program_and_the_module_are_the_same(process: Process) -> None:
    program = Path(sys.executable).with_name("workbench")
    called = subprocess.run([program, "--help"], capture_output=True, timeout=60, check=True)
    assert called.stdout == process("--help").stdout
    for name in (b"import", b"decisions", b"rebuild", b"--db", b"--author"):
        assert name in called.stdout
    refused = subprocess.run([program, "xyz"], capture_output=True, timeout=60, check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith(b"workbench: No such command 'xyz'.")


def test_no_command_loads_a_screen(paged: Cli) -> None:
    """Every command but ``list`` runs without rich, all without Textual and sqlite_utils."""
    commands = [
        ["import", paged.page()],
        ["show", "9"],
        ["list", "--json"],
        ["list", "--csv"],
        ["new", "nova", "桩"],
        ["note", "9", "一"],
        ["edit", "9", "二"],
        ["hide", "9", "1"],
        ["unhide", "9", "1"],
        ["redact", "9", "1", "--why", "x"],
        ["status", "9", "on_hold"],
        ["assign", "9", "+甲"],
        ["tag", "9", "+乙"],
        ["history", "9"],
        ["decisions"],
        ["undo"],
        ["export", "--format", "json"],
        ["export", "--format", "csv"],
        ["config", "show"],
        ["keys"],
        ["rebuild"],
        ["list"],
    ]
    code = (
        "import json, sys\n"
        "from workbench.main import main\n"
        "loaded = {}\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    status = main(words)\n"
        "    heavy = [n for n in ('rich', 'textual', 'sqlite_utils') if n in sys.modules]\n"
        "    loaded[' '.join(words)] = [status, *heavy]\n"
        "print('\\n' + json.dumps(loaded))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, json.dumps(commands)],
        env={**os.environ, **environment(paged.folder)},
        capture_output=True,
        timeout=120,
        check=True,
    )
    loaded = json.loads(ran.stdout.decode().splitlines()[-1])
    assert loaded == {name: [0] for name in loaded}
    assert len(loaded) == len(commands)
