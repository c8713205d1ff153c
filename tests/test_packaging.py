"""The wheel carries everything that runs, and runs without the repository around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made of the sources as they are now."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel installs."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_carries_what_is_no_module(unpacked: Path) -> None:
    schema = (ROOT / "schema.sql").read_bytes()
    assert (unpacked / "workbench" / "schema.sql").read_bytes() == schema
    for pattern in ("sample/*.txt", "tui/styles/*.tcss", "locale/zh_CN/LC_MESSAGES/workbench.mo"):
        here = {path.relative_to(ROOT) for path in (ROOT / "workbench").glob(pattern)}
        there = {path.relative_to(unpacked) for path in (unpacked / "workbench").glob(pattern)}
        assert here == there
        assert here, pattern


def test_the_wheel_carries_every_module_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("workbench", "widgets")
        for path in (ROOT / package).rglob("*.py")
    }
    assert modules <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "workbench",
        "widgets",
    }
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_what_is_installed_runs_on_its_own(unpacked: Path, tmp_path: Path) -> None:
    env = {
        **os.environ,
        "PYTHONPATH": str(unpacked),
        "WORKBENCH_DB": str(tmp_path / "cases.db"),
        "WORKBENCH_CONFIG": str(tmp_path / "config.toml"),
        "WORKBENCH_LANG": "zh",
    }
    where = "import workbench; print(workbench.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", where], env=env, cwd=tmp_path, check=True, capture_output=True
    )
    assert str(unpacked) in done.stdout.decode()
    sample = next((unpacked / "workbench" / "sample").glob("*.txt"))
    for words in (("import", str(sample)), ("list", "--json")):
        done = subprocess.run(
            [sys.executable, "-m", "workbench", *words],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
    assert len(json.loads(done.stdout)) >= 30
