"""The command line on a fresh database, in this process and in processes of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pages import PageCase, PageEntry, page_source
from workbench import language
from workbench.main import main

PAGE = (
    PageCase(
        9,
        "20240612",
        "两台桩离线\n客户电话 13900000317",
        (PageEntry("现场断电了", "Kay"), PageEntry("已送电", "客户")),
        "resolved",
        ("Kay", "zhaoqi"),
    ),
    PageCase(8, "20240601", "扫码失败", (PageEntry("没有标签的一段"),)),
    PageCase(7, "202405009", "账单少一笔", (), "in_progress", ("LM",)),
)


@dataclass(frozen=True)
class Ran:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


class Cli:
    """Runs commands in this process, on one database."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.db = folder / "cases.db"
        self._monkeypatch = monkeypatch

    def __call__(self, *words: str, stdin: bytes = b"") -> Ran:
        """Run a command to its end."""
        out, err = io.BytesIO(), io.BytesIO()
        with self._monkeypatch.context() as patched:
            patched.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), "ascii"))
            patched.setattr("sys.stdout", io.TextIOWrapper(out, "ascii", write_through=True))
            patched.setattr("sys.stderr", io.TextIOWrapper(err, "ascii", write_through=True))
            code = main(words)
            return Ran(code, out.getvalue().decode(), err.getvalue().decode())

    def ok(self, *words: str, stdin: bytes = b"") -> Any:
        """Run a command with ``--json`` that must succeed, and return its JSON."""
        ran = self("--json", *words, stdin=stdin)
        assert (ran.code, ran.err) == (0, "")
        return ran.json

    def fails(self, code: int, *words: str, stdin: bytes = b"") -> str:
        """Run a command that must fail and leave stdout empty, and return its error."""
        ran = self(*words, stdin=stdin)
        assert (ran.code, ran.out) == (code, "")
        assert ran.err.startswith("workbench: ")
        assert "Traceback" not in ran.err
        return ran.err

    def page(self, *cases: PageCase, name: str = "nova_9.txt") -> str:
        """Write a page of cases and return its path."""
        path = self.folder / name
        path.write_text(page_source(cases or PAGE), encoding="utf-8")
        return str(path)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """Return what runs commands on a new, empty database."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COLUMNS", raising=False)
    yield Cli(tmp_path, monkeypatch)
    language.setup("en")


@pytest.fixture
def paged(cli: Cli) -> Cli:
    """Return the same with a page of three cases read in."""
    assert cli("import", cli.page()).code == 0
    return cli


def environment(folder: Path) -> dict[str, str]:
    """Return the variables that keep a command away from the user's own files."""
    return {
        "WORKBENCH_DB": str(folder / "cases.db"),
        "WORKBENCH_CONFIG": str(folder / "config.toml"),
        "WORKBENCH_AUTHOR": "陈一",
        "WORKBENCH_LANG": "en",
    }


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return what runs a command in a process of its own."""

    def run(
        *words: str, env: dict[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[bytes]:
        given = {**os.environ, **environment(tmp_path), **(env or {})}
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run(
            [sys.executable, "-m", "workbench", *words],
            env=given,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
            **options,
        )

    return run
