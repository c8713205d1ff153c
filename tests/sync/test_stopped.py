"""Whatever stops an exchange, at whatever point, the next one goes on and nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.sync import stopping
from tests.sync.places import DatabasePlace, FolderPlace
from tests.sync.team import Person, Team
from workbench.desk import WorkbenchError
from workbench.desk.attaching import Given
from workbench.local import points
from workbench.sync import packs, segment
from workbench.sync.remote import PIECE, Unreachable

SECRET, THEIRS, OURS = b"secret", b"their log", bytes(range(256)) * 9 * (PIECE // 256)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Return how a process is started that has all modules at hand."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.sync.stopping", "psycopg", "workbench.sync.engine"])
    return context


class Moment:
    """Two copies and a store at a moment that can be brought back."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.anna, self.boris = team.join("anna"), team.join("boris")
        case = self.anna.desk.new("nova", "两台桩离线")
        files = [Given("删去.txt", [SECRET])]
        entry = str(self.anna.desk.note(case, "要删去的话", files=files).entry_id)
        team.settle()
        self.boris.desk.note(case, "鲍里斯的话")
        self.boris.desk.status([case], "on_hold")
        self.boris.desk.attach(case, Given("鲍里斯.log", [THEIRS]))
        self.boris.sync()
        self.anna.desk.status([case], "resolved")
        self.anna.desk.note(case, "安娜的话")
        self.anna.desk.attach(case, Given("安娜.bin", [OURS]))
        self.anna.desk.redact(case, entry, why="个人信息")
        self.case = case
        self.feeds = team.place.feeds()
        self.close()
        for person in team.people:
            shutil.copy(person.path, person.path.with_suffix(".kept"))
            shutil.copytree(f"{person.path}.files", f"{person.path}.kept", dirs_exist_ok=True)
        team.place.backup()

    def close(self) -> None:
        """Close both copies, so that other processes have them alone."""
        for person in self.team.people:
            person.desk.close()

    def bring_back(self) -> None:
        """Have it as it was."""
        self.close()
        for person in self.team.people:
            for leftover in ("-wal", "-shm"):
                person.path.with_name(person.path.name + leftover).unlink(missing_ok=True)
            shutil.copy(person.path.with_suffix(".kept"), person.path)
            shutil.rmtree(f"{person.path}.files")
            shutil.copytree(f"{person.path}.kept", f"{person.path}.files")
        self.team.place.restore()

    def end_well(self) -> None:
        """Exchange on, and assert that all is there, once."""
        for person in self.team.people:
            person.reopen()
        self.team.settle()
        self.team.agree()
        assert self.team.place.feeds() == self.feeds
        (case,) = self.anna.cases()
        texts = [entry["text"] for entry in case["entries"]]
        assert sorted(texts) == sorted(["▇", "鲍里斯的话", "安娜的话"])
        assert len(self.anna.desk.decisions()) == 1
        assert "要删去的话".encode() not in self.team.place.content()
        assert sorted(self.team.place.files().values()) == sorted([OURS, THEIRS])
        for person in self.team.people:
            files = {file.file: file.here for file in person.desk.files(self.case)}
            assert files == {"鲍里斯.log": True, "安娜.bin": person is self.anna}
        for person in self.team.people:
            person.desk.close()
            assert "要删去的话".encode() not in person.path.read_bytes()
            folder = Path(f"{person.path}.files")
            assert SECRET not in {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_process_may_be_killed_at_every_point(
    team: Team,
    processes: ForkServerContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = Moment(team)
    passed = tmp_path / "passed"
    every = run(processes, moment.anna.path, None, passed)
    moment.end_well()
    assert {"push:after-append", "pull:after-commit", "pull-fold:before-commit"} <= every
    assert {"file:before-write", "file:after-write", "blob:after-piece"} <= every
    assert every & {"file:after-chunks", "file:before-rename"}
    for point in sorted(point for point in every if not point.endswith(":before-begin")):
        moment.bring_back()
        assert point in run(processes, moment.anna.path, point, passed)
        moment.end_well()
    moment.bring_back()
    for person in team.people:
        person.reopen()


def test_who_stands_still_in_the_middle_of_a_push_holds_up_nobody(
    team: Team, processes: ForkServerContext, tmp_path: Path
) -> None:
    anna, boris, clara = (team.join(name) for name in ("anna", "boris", "clara"))
    case = anna.desk.new("nova", "两台桩离线")
    team.settle()
    anna.desk.note(case, "安娜的话")
    anna.desk.close()
    is_database = isinstance(team.place, DatabasePlace)
    point = "push:before-remote-commit" if is_database else "push:before-rename"
    args = (anna.path, "anna", point, tmp_path / "passed")
    process = processes.Process(target=stopping.exchange_and_halt, args=args)
    process.start()
    assert process.pid is not None
    stat = Path(f"/proc/{process.pid}/stat")
    while stat.read_text("utf-8").rpartition(")")[2].split()[0] != "T":
        assert process.is_alive()
        process.join(0.01)
    boris.desk.note(case, "鲍里斯的话")
    for person in (boris, clara, boris):
        assert not person.sync().notes
    assert clara.cases() == boris.cases()
    assert [entry["text"] for entry in clara.cases()[0]["entries"]] == ["鲍里斯的话"]
    os.kill(process.pid, signal.SIGCONT)
    process.join(60)
    assert process.exitcode == 0
    anna.reopen()
    team.settle()
    team.agree()
    assert len(anna.desk.case(case).entries) == 2


def test_a_process_may_be_killed_while_it_packs_and_removes(
    folder_place: FolderPlace,
    processes: ForkServerContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packs, "FAN", 3)
    folder_place.create()
    passed = tmp_path / "passed"
    with Team(folder_place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        for nth in range(5):
            anna.sync()
            anna.desk.note(case, f"第{nth}条")
        boris.sync()
        # What was packed first was so long ago; what is written now makes the second pack.
        assert anna.one("SELECT count(*) FROM segment WHERE covered_at IS NOT NULL") == 3
        anna.one("UPDATE segment SET covered_at = 1 WHERE covered_at IS NOT NULL RETURNING 1")
        count = len(anna.ops())
        anna.desk.close()
        shutil.copy(anna.path, tmp_path / "kept")
        folder_place.backup()
        stops = {"pack:before-append", "pack:after-append", "pack:before-discard"}
        stops |= {"pack:before-commit", "pack:after-commit", "push:before-rename"}
        for point in (None, *sorted(stops)):
            for leftover in ("-wal", "-shm"):
                anna.path.with_name(anna.path.name + leftover).unlink(missing_ok=True)
            shutil.copy(tmp_path / "kept", anna.path)
            folder_place.restore()
            told = run(processes, anna.path, point, passed, stopping.exchange_and_pack)
            assert told >= (stops if point is None else {point})
            anna.reopen()
            team.settle()
            team.agree()
            ranges = [segment.range_of(path.name) for path in folder_place.segments()]
            assert len(ranges) == 5  # a pack, and a pack with its parts
            assert {first for first, last in ranges if last - first > 1} <= {1, count - 2}
            assert folder_place.feeds() == {anna.feed}
            anna.desk.close()
        anna.reopen()


def run(
    processes: ForkServerContext,
    path: Path,
    kill_at: str | None,
    passed: Path,
    target: Callable[[Path, str, str | None, Path], None] = stopping.exchange,
) -> set[str]:
    """Exchange in another process; return the points that it passed."""
    process = processes.Process(target=target, args=(path, "anna", kill_at, passed))
    process.start()
    process.join(60)
    assert process.exitcode == (0 if kill_at is None else -9)
    return set(passed.read_text(encoding="utf-8").split("\n")) - {""}


def test_a_full_disk_of_the_store_loses_nothing(
    folder_place: FolderPlace, processes: ForkServerContext, tmp_path: Path
) -> None:
    folder_place.create()
    with Team(folder_place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        for nth in range(40):
            anna.desk.new("nova", f"第{nth}个：{'很长的故事，各不相同。' * 3}{nth * 7919}")
        anna.desk.close()
        told = tmp_path / "told"
        process = processes.Process(
            target=stopping.exchange_on_a_full_disk, args=(anna.path, "anna", 2000, told)
        )
        process.start()
        process.join(60)
        assert told.read_text(encoding="utf-8")
        assert not folder_place.feeds()
        anna.reopen()
        team.settle()
        team.agree()
        assert len(boris.cases()) == 40


def test_a_full_local_disk_loses_nothing(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    for nth in range(60):
        case = anna.desk.new("nova", f"第{nth}个：{'很长的故事。' * 20}")
    anna.sync()
    connection = boris.desk._tools.db.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(WorkbenchError, match="disk"):
        boris.sync()
    connection.execute("PRAGMA max_page_count = 1000000000")
    anna.desk.note(case, "后来的")
    team.settle()
    team.agree()
    assert len(boris.cases()) == 60


# --- the server goes away -----------------------------------------------------------------------


def interrupted(person: Person, point: str, stop: Callable[[], None]) -> None:
    """Exchange, and have something happen at a point."""
    happened = []

    def hook(passed: str) -> None:
        if passed == point and not happened:
            happened.append(passed)
            stop()

    points.hook = hook
    try:
        with pytest.raises(Unreachable):
            person.sync()
    finally:
        points.hook = None
    assert happened


@pytest.mark.parametrize("point", ["push:before-append", "push:before-remote-commit"])
def test_a_server_that_is_restarted_in_the_middle_loses_nothing(
    database_place: DatabasePlace, tmp_path: Path, point: str
) -> None:
    database_place.create()
    with Team(database_place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        team.settle()
        boris.desk.note(case, "鲍里斯的话")
        boris.sync()
        anna.desk.note(case, "安娜的话")
        interrupted(anna, point, database_place.server.restart)
        team.settle()
        team.agree()
        assert len(anna.desk.case(case).entries) == 2
        assert database_place.feeds() == {anna.feed, boris.feed}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_line_that_is_cut_in_the_middle_of_a_batch_loses_nothing(
    database_place: DatabasePlace, tmp_path: Path, share: float
) -> None:
    database_place.create()
    with Team(database_place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        for nth in range(30):
            anna.desk.new("nova", f"第{nth}个")
        with database_place.server.proxy() as proxy:
            anna.one("UPDATE store SET url = ? RETURNING 1", proxy.url)
            dry = proxy.sent
            anna.sync(dry_run=True)
            opening = proxy.sent - dry
            sizes = sum(len(data or b"") for data in anna.ops().values())
            proxy.cut_after = proxy.sent + opening + int(sizes * share)
            with pytest.raises(Unreachable):
                anna.sync()
            proxy.cut_after = None
            team.settle()
        team.agree()
        assert len(boris.cases()) == 30
        assert database_place.feeds() == {anna.feed}
