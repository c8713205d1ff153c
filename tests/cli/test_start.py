"""What a command loads at its start: a person waits for all of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli.conftest import Cli, environment

NEVER = {
    "dataclasses",
    "gettext",
    "hashlib",
    "locale",
    "pathlib",
    "platformdirs",
    "rich",
    "sqlite_utils",
    "tempfile",
    "textual",
    "tomllib",
    "workbench.cases.history",
    "workbench.cases.views",
    "workbench.commands",
    "workbench.desk.deciding",
    "workbench.desk.drafting",
    "workbench.desk.importing",
    "workbench.desk.redacting",
    "workbench.desk.undoing",
    "workbench.exchange",
    "workbench.local.arriving",
    "workbench.local.drafts",
    "workbench.local.process",
    "workbench.local.readmarks",
    "workbench.local.rebuild",
    "workbench.local.steps",
}
"""What the commands of every day get by without; each costs more than a whole act takes."""

WRITING = {
    "workbench.cases.change",
    "workbench.cases.fold",
    "workbench.desk.writing",
    "workbench.local.act",
    "workbench.local.changelog",
    "workbench.local.rows",
}
"""What only those need that write."""

QUERY = {"workbench.cases.query", "workbench.local.index", "workbench.local.search"}
"""What only those need that look for something."""
JSON = {"workbench.desk.json"}

# Click itself loads gettext, and some versions of it more.
BY_CLICK = "import click, sqlite3, sys; print(*sys.modules)"
CALL = "import sys; from workbench.main import main; main(sys.argv[1:]); print(*sys.modules)"


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("note", "9", "现场重启后正常"), QUERY | JSON),
        (("status", "9", "on_hold"), QUERY | JSON),
        (("show", "9"), WRITING | QUERY | JSON),
        (("show", "9", "--json"), WRITING | QUERY),
        (("list", "--limit", "50"), WRITING | QUERY | JSON),
        (("list", "--json", "--limit", "50"), WRITING | QUERY),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_of_every_day_loads_little(
    paged: Cli, words: tuple[str, ...], more: set[str]
) -> None:
    def loaded(code: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env={**os.environ, **environment(paged.folder)},
            capture_output=True,
            check=True,
            timeout=60,
        )
        return set(done.stdout.decode().splitlines()[-1].split())

    needless = (NEVER | more) & (loaded(CALL) - loaded(BY_CLICK))
    assert not needless


@pytest.mark.parametrize("busy", [False, True], ids=["at rest", "with a thread"])
def test_a_process_ends_with_its_output_its_status_and_what_is_left_to_do(busy: bool) -> None:
    code = (
        "import atexit, sys, threading\n"
        "from workbench.__main__ import end\n"
        "atexit.register(print, 'left')\n"
        f"if {busy}: threading.Timer(0.05, print, ['worked']).start()\n"
        "print('said')\n"
        "end(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=60, text=True
    )
    assert done.stdout.split() == ["said", *["worked"] * busy, "left"]
    assert (done.returncode, done.stderr) == (3, "")
