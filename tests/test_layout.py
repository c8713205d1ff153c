"""The house keeps its order: what lies at the top, how long a module is, what is never kept."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "schema.sql",
    "tests",
    "widgets",
    "workbench",
}
LONGEST_MODULE = 600
LOCK_FILES = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt"}
OUTSIDE = "../" + "shared"
"""Nothing here may need what isn't here."""


def kept() -> list[str]:
    """Return the paths of the files that are kept in git, or will be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no git clone")
    return [path for path in done.stdout.splitlines() if (ROOT / path).exists()]


def test_the_top_level_holds_only_what_belongs_there() -> None:
    assert {path.split("/")[0] for path in kept()} <= TOP


def test_no_lock_file_is_kept() -> None:
    assert not LOCK_FILES & {Path(path).name for path in kept()}


def test_nothing_points_outside() -> None:
    pointing = [
        path
        for path in kept()
        if OUTSIDE in (ROOT / path).read_text(encoding="utf-8", errors="replace")
    ]
    assert not pointing


def test_no_module_has_grown_too_long() -> None:
    lengths = {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in kept()
        if path.endswith(".py")
    }
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for path in kept():
        if path.endswith(".py"):
            source = (ROOT / path).read_text(encoding="utf-8")
            if source.strip() and not ast.get_docstring(ast.parse(source)):
                silent.append(path)
    assert not silent


def test_the_check_can_be_run_as_it_is() -> None:
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
