"""Acts that processes die in: what they start from, and the server whose children do them.

``python -m tests.desk.killing`` reads one JSON request a line and answers each by one line. For
every request it forks a child, since a fork is there at once, with everything imported. The child
does the scenario in a folder; told to, it kills itself by SIGKILL at a named point, and says so on
a pipe just before.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import tomli_w  # noqa: F401 - what the children need is loaded before they are born

from tests.desk.stage import START, Clock, Copy, Wiki
from tests.pages import PageCase, PageEntry
from workbench.config import load
from workbench.desk import Desk, deciding, drafting, redacting, undoing  # noqa: F401
from workbench.desk import importing as _importing  # noqa: F401
from workbench.exchange import reader as _reader  # noqa: F401
from workbench.local import points, rebuild, search  # noqa: F401
from workbench.main import main

SECRET = "暗号：象牙灯笼 seven-ivory-lanterns"
EDITED = "暗号改为：黄铜罗盘 nine-brass-compasses"
PART = "口令四七二九-velvet"
DRAFT = "写到一半的话"
HOUR = 3_600_000

A, B, C = (
    PageEntry("甲：断电了", "YD"),
    PageEntry(SECRET, "LM"),
    PageEntry("丙：修好了", "YD"),
)
FIRST = PageCase(12, "20240602", "枪头松动", (A, B, C), "in_progress", ("YD", "LM"))
SECOND = PageCase(11, "20240601", "扫码失败", (PageEntry("没有标签"),), "resolved")


def many(count: int, start: int = 0) -> tuple[PageEntry, ...]:
    """Return so many entries that a case needs more than one transaction."""
    return tuple(PageEntry(f"第{n}次巡检", "YD") for n in range(start, start + count))


KNOWN = Wiki(FIRST, SECOND)
KNOWN.save(
    PageCase(13, "20240603", "新的问题", many(3), engineers=("LM",)),
    replace(FIRST, entries=(*FIRST.entries, *many(30)), status="resolved"),
    replace(SECOND, problem="扫码失败两次", engineers=("王工",)),
)
FRESH = Wiki(
    *(
        PageCase(n, f"2024070{n}", f"离线{n}", many(count), "on_hold", ("YD",), project="orion")
        for n, count in ((4, 2), (3, 45), (2, 1), (1, 0))
    ),
    title="orion_1",
)


def base(folder: Path) -> None:
    """Make the folder that almost every scenario begins with."""
    copy = Copy(folder / "cases.db")
    for number in (1, 2, 3):
        case = copy.desk.new("nova", f"问题{number}", date="2024-05-01")
        copy.desk.note(case, f"已记录{number}", speaker="YD")
    copy.take(KNOWN.bytes(0))
    copy.desk.edit_entry(copy.id(12), copy.entry(SECRET, 12), text=EDITED)
    copy.desk.note(copy.id(2), f"前后都留下，{PART}，只有这句要走")
    draft = copy.desk.open_draft(copy.id(1), "note")
    copy.desk.save_draft(draft.id, DRAFT, cursor=3, speaker="LM")
    secret = copy.desk.open_draft(copy.id(12), "note")
    copy.desk.save_draft(secret.id, f"他说“{SECRET}”和“{EDITED}”")
    seen = tuple(i.id for i in copy.desk.history(copy.id(3)) if i.field == "problem")
    for text in ("问题3，一说", "问题3，另一说"):
        copy.desk.edit_field(copy.id(3), "problem", text, seen=seen)
    copy.desk.status([copy.id(n) for n in (1, 2, 3)], "on_hold", until="2030-01-01", why="等厂家")
    copy.desk.close()
    load(folder / "config.toml", {}).set("author", "陈一")
    (folder / "out.json").write_bytes(b"what stood here before\n")


def nothing(folder: Path) -> None:
    """Leave the folder empty."""


# --- what the children do -------------------------------------------------------------------------

Tell = Callable[[str], None]
Steps = Callable[[Path, Tell], Iterator[None]]
"""Acts in a folder; each ``yield`` stands behind one that was acknowledged."""


@contextmanager
def at(folder: Path) -> Iterator[Copy]:
    """Open the folder's file later than the base was made, with ids that repeat."""
    copy = Copy.__new__(Copy)
    copy.path, copy.author = folder / "cases.db", "anna"
    copy.clock, copy.random = Clock(START + HOUR), Random("killed")
    with closing(copy.open("anna")) as copy.desk:
        yield copy


def new(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        copy.desk.new("nova", "新来的问题\n第二行", date="2024-05-02", title="标题")
        yield


def note(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        copy.desk.note(copy.id(1), "又坏了", speaker="客户", happened="2024-05-03")
        yield


def edit(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        entry = copy.entry("已记录1")
        copy.desk.edit_entry(
            copy.id(1), entry, text="改过的记录", speaker="LM", happened="2024-05-04"
        )
        yield
        copy.desk.edit_field(copy.id(1), "problem", "改过的问题")
        yield


def status(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        copy.desk.status([copy.id(n) for n in (1, 2, 3)], "resolved")
        yield


def draft(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        opened = copy.desk.open_draft(copy.id(2), "note")
        yield
        for text in ("充电桩", "充电桩在", "充电桩在半夜跳闸"):
            copy.desk.save_draft(opened.id, text, cursor=len(text), speaker="YD")
            yield


def finish(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        (found,) = copy.desk.drafts(copy.id(1))
        copy.desk.finish_draft(found.id, f"{DRAFT}，写完了", speaker="LM")
        yield


def import_new(folder: Path, tell: Tell) -> Iterator[None]:
    yield from _import(folder, FRESH.bytes(), tell)


def import_newer(folder: Path, tell: Tell) -> Iterator[None]:
    yield from _import(folder, KNOWN.bytes(1), tell)


def _import(folder: Path, data: bytes, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        copy.desk.import_page(data, progress=lambda done, total: tell(f"done {done}"))
        yield


def undo(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        copy.desk.undo()
        yield
        copy.desk.undo(redo=True)
        yield


def redact(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        copy.desk.redact(copy.id(12), copy.entry(EDITED, 12), why="密码")
        yield


def redact_part(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        entry = copy.desk.case(copy.id(2)).entries[-1].id
        copy.desk.redact(copy.id(2), entry, text=PART, why="密码")
        yield


def decide(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        (found,) = copy.desk.decisions()
        copy.desk.decide(found.id, choice=1)
        yield


def rebuilt(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder) as copy:
        assert copy.desk.rebuild()["equal"]
        yield


def config(folder: Path, tell: Tell) -> Iterator[None]:
    load(folder / "config.toml", {}).set("author", "王工")
    yield
    load(folder / "config.toml", {}).set("theme", "light")
    yield


def export(folder: Path, tell: Tell) -> Iterator[None]:
    for name, form in (("out.json", "json"), ("fresh.csv", "csv")):
        call = ["--config", str(folder / "config.toml"), "--db", str(folder / "cases.db")]
        assert main([*call, "export", "--format", form, "-o", str(folder / name)]) == 0
        yield


def opened(folder: Path, tell: Tell) -> Iterator[None]:
    with at(folder):
        yield


@dataclass(frozen=True)
class Scenario:
    """What a child does, in which folder.

    ``whole`` is true where each step is there as a whole or not at all; an import is that for each
    of its cases.
    """

    steps: Steps
    prepare: Callable[[Path], None] = base
    whole: bool = True


SCENARIOS = {
    "new": Scenario(new),
    "note": Scenario(note),
    "edit": Scenario(edit),
    "status": Scenario(status),
    "draft": Scenario(draft),
    "finish": Scenario(finish),
    "import": Scenario(import_new, whole=False),
    "import of a newer save": Scenario(import_newer, whole=False),
    "undo": Scenario(undo),
    "redact": Scenario(redact),
    "redact a part": Scenario(redact_part),
    "decide": Scenario(decide),
    "rebuild": Scenario(rebuilt),
    "config": Scenario(config),
    "export": Scenario(export),
    "a new file": Scenario(opened, nothing),
    "the start after": Scenario(opened),
}


# --- the server -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """Do the first ``steps`` of a scenario; die when ``point`` is passed for the ``nth`` time."""

    scenario: str
    folder: str
    steps: int
    point: str | None = None
    nth: int = 0


@dataclass(frozen=True)
class Answer:
    """What the child said, line by line, and how it ended, as ``waitpid`` tells."""

    told: list[str]
    status: int

    @property
    def killed(self) -> bool:
        """True when SIGKILL ended it."""
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    @property
    def passed(self) -> list[str]:
        """The points that it passed, in order."""
        return [line.removeprefix("at ") for line in self.told if line.startswith("at ")]

    @property
    def steps(self) -> int:
        """How many steps it had acknowledged."""
        return self.told.count("step")

    @property
    def done(self) -> int:
        """How many cases it had told to be imported."""
        return max([int(line[5:]) for line in self.told if line.startswith("done ")], default=0)


class Server:
    """The process that forks the children."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.killing"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "WORKBENCH_LANG": "en"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, request: Request) -> Answer:
        """Have a child do this."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(request)) + "\n")
        self._process.stdin.flush()
        return Answer(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=20)


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a child prints is no answer
    for line in sys.stdin:
        answers.write(json.dumps(asdict(_fork(Request(**json.loads(line))))) + "\n")
        answers.flush()


def _fork(request: Request) -> Answer:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        ended = 1
        try:
            _run(request, writing)
            ended = 0
        except BaseException:  # noqa: BLE001 - a child must never come back into the server
            traceback.print_exc()
        finally:
            os._exit(ended)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().splitlines()
    return Answer(told, os.waitpid(child, 0)[1])


def _run(request: Request, pipe: int) -> None:
    left = request.nth

    def tell(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())

    def passed(name: str) -> None:
        nonlocal left
        tell(f"at {name}")
        if name == request.point:
            left -= 1
            if not left:
                tell(f"killed at {name}")
                os.kill(os.getpid(), signal.SIGKILL)

    points.hook = passed
    steps = SCENARIOS[request.scenario].steps(Path(request.folder), tell)
    for _ in islice(steps, request.steps):
        tell("step")
    points.hook = None
    steps.close()  # type: ignore[attr-defined]


def state(folder: Path) -> dict[str, Any]:
    """Return all that the folder shows, as the next start finds it, and check that it is sound."""
    from workbench.desk import case_json, decision_json, history_json

    found: dict[str, Any] = {}
    copy = Copy(folder / "cases.db", clock=Clock(START + 2 * HOUR))
    with closing(copy.desk) as desk:
        uids = copy.uids()
        found["cases"] = {uid: case_json(desk.case(uid, hidden=True)) for uid in uids}
        found["history"] = {uid: [history_json(i) for i in desk.history(uid)] for uid in uids}
        found["drafts"] = [
            (d.id, d.case_id, d.kind, d.target, d.text, d.cursor, d.speaker, d.seen)
            for d in desk.drafts()
        ]
        found["open"] = copy.sql("SELECT count(*) FROM draft")
        found["copy"] = copy.sql("SELECT value FROM meta WHERE name = 'copy'")
        found["decisions"] = [decision_json(decision) for decision in desk.decisions()]
        found["listed"] = sorted(row.id for row in desk.list())
        found["pages"] = copy.sql("SELECT name, sha256, complete FROM page ORDER BY id")
        found["held"] = [text for text in (SECRET, EDITED, PART) if copy.holds(text)]
        copy.sound()
    found["held"] += [text for text in (SECRET, EDITED, PART) if copy.holds(text)]
    found["files"] = {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if not path.name.startswith("cases.db") and not path.name.endswith(".new")
    }
    found["beside"] = sorted(p.name for p in folder.iterdir() if p.name.endswith(".new"))
    return found


def reopen(folder: Path) -> Desk:
    """Open the folder's file as somebody who goes on later."""
    clock = Clock(START + 3 * HOUR)
    return Desk.open(folder / "cases.db", "anna", clock=clock, entropy=Random("later").randbytes)


if __name__ == "__main__":
    _serve()
