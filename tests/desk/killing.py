"""The server whose children die: it forks one for each request, with everything imported.

``python -m tests.desk.killing`` reads one JSON request a line and answers each by one line. The
child does a scenario in a folder; told to, it kills itself by SIGKILL at a named point, and says so
on a pipe just before.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import tomli_w  # noqa: F401 - what the children need is loaded before they are born

from tests.desk.scenarios import EDITED, HOUR, PART, SCENARIOS, SECRET
from tests.desk.stage import START, Clock, Copy
from workbench.desk import (
    Desk,
    case_json,
    deciding,  # noqa: F401
    decision_json,
    drafting,  # noqa: F401
    history_json,
    importing,  # noqa: F401
    redacting,  # noqa: F401
    undoing,  # noqa: F401
)
from workbench.exchange import reader  # noqa: F401
from workbench.local import points, rebuild, search  # noqa: F401


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
