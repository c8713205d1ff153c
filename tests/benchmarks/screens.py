"""What a person waits for at the screen: the first row, and the row after a key."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.benchmarks import bare, data
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Row, each_in_turn, in_turn
from tests.benchmarks.program import bare as bare_command
from tests.benchmarks.program import environment, workbench
from tests.benchmarks.terminal import Terminal
from workbench.desk import Desk

DOWN, HOME, END, ESCAPE = b"\x1b[B", b"\x1b[H", b"\x1b[F", b"\x1b"
REPEAT = 1 / 30
"""Seconds between two repeats of a key that is held down."""
BURST = 20
"""How many repeats one program gets before it is the other's turn."""
COMMON = ("退款", "滨江", "13912", "EVS-24", "物流园12号", "心跳是2", "盛", "温", "离", "网")
"""What people might filter by; one character each at the end."""
RARE = 20
CLEARED = "[0-9] cases"
"""What is on the screen where no filter is set."""


def start(bench: Bench) -> list[Row]:
    """From the fork to the first row that is painted."""
    env = environment(bench.folder)

    def first_paint(command: Sequence[str], wanted: str) -> Callable[[int], float]:
        def paint(_: int) -> float:
            with Terminal(command, env) as screen:
                return screen.shown(wanted) - screen.started

        return paint

    def ours(database: Path) -> Callable[[int], float]:
        return first_paint(workbench("--db", str(database)), _row(_ends(database)[0]))

    many, few, least = each_in_turn(
        bench.scale.starts,
        ours(bench.working("many")),
        ours(bench.working("few")),
        first_paint(bare_command("line"), _bare_row(0)),
    )
    name = f"start to first row, {bench.scale.many} cases"
    return [
        Row(name, "bare Textual app, one line", many, least, Bound(1.3, held=1.6)),
        Row(name, f"{bench.scale.few} cases", many, few, Bound(1.1, held=1.4)),
    ]


def memory(bench: Bench) -> list[Row]:
    """The most memory of the screen, after it went to the end of the list and back."""
    env = environment(bench.folder)
    database = bench.working("many")
    first, last = _ends(database)

    def ours(_: int) -> float:
        with Terminal(workbench("--db", str(database)), env) as screen:
            screen.ready()
            screen.press(END, _row(last))
            screen.settle()
            screen.press(HOME, _row(first))
            return screen.peak()

    def theirs(_: int) -> float:
        with Terminal(bare_command("line"), env) as screen:
            screen.ready()
            return screen.peak()

    rounds = min(bench.scale.starts, 3)
    times = in_turn(rounds, ours, theirs)
    name = f"peak memory after End and Home, {bench.scale.many} cases"
    return [Row(name, "bare Textual app, one line", *times, Bound(2.0, held=2.0), unit="MB")]


def keys(bench: Bench) -> list[Row]:
    """From a press of the down key to the row that the cursor is on then."""
    database = bench.working("many")
    env = environment(bench.folder)
    presses = bench.scale.presses
    numbers = _numbers(database, 2 * presses + 3)
    ours = [_row(number) for number in numbers]
    bounds = {"redraw": None, "options": Bound(1.5, "p95", held=3.0)}
    what = {
        "redraw": "bare Textual app, one line redrawn",
        "options": f"Textual's OptionList, {bare.ROWS} rows",
    }
    name = f"down key to cursor row, {bench.scale.many} cases"
    rows = []
    for kind, bound in bounds.items():
        wrap = bare.ROWS if kind == "options" else len(ours)
        theirs = [rf"row#{n % wrap}\b" for n in range(len(ours))]
        with (
            Terminal(workbench("--db", str(database)), env) as screen,
            Terminal(bare_command(kind), env) as peer,
        ):
            screen.ready()
            peer.ready()
            times = in_turn(presses, _presses(screen, ours), _presses(peer, theirs))
            rows.append(Row(name, what[kind], *times, bound))
            if kind == "options":
                held = _held(screen, peer, ours[presses + 2 :], theirs[presses + 2 :])
                rows.append(Row(f"{name}, held down", what[kind], *held, bound))
    return rows


def filtering(bench: Bench) -> list[Row]:
    """From the last sign of a filter to the first row that it finds, against the down key."""
    database = bench.working("many")
    env = environment(bench.folder)
    with Desk.open(database, "LM") as desk:
        top = next(iter(desk.list(limit=1)))
        asked = [*COMMON, *_rare(desk)]
        found = [(query, next(iter(desk.list(query, limit=1)), None)) for query in asked]
    wanted = [
        (query, _row(hit.number)) for query, hit in found if hit is not None and hit.id != top.id
    ]
    first = _row(top.number)
    name = f"filter to first found row, {bench.scale.many} cases"
    down = "down key to cursor row"
    rows = []
    for single, bound in ((False, Bound(2, "p95", held=12)), (True, Bound(4, "p95", held=12))):
        some = [pair for pair in wanted if (len(pair[0]) == 1) is single][: bench.scale.filters]
        if not some:
            continue
        with Terminal(workbench("--db", str(database)), env) as screen:
            screen.ready()
            rounds = max(len(some), bench.scale.presses // 4)
            times = in_turn(rounds, _filters(screen, some, first), _downs(screen, database))
        kind = "one character" if single else "two and more characters"
        rows.append(Row(f"{name}, {kind}", down, *times, bound))
    return rows


def _rare(desk: Desk) -> list[str]:
    """Return parts of what the oldest cases are called: few cases have them, far from the top."""
    random = Random(data.SEED)
    parts = []
    for summary in desk.list(sort="-activity", limit=RARE):
        length = random.choice((2, 4, 8))
        start = random.randrange(max(1, len(summary.title) - length))
        parts.append(summary.title[start : start + length].strip(string.punctuation + " “”，"))
    return [part for part in parts if len(part) > 1]


def _filters(
    screen: Terminal, wanted: Sequence[tuple[str, str]], first: str
) -> Callable[[int], float]:
    """Return what opens the filter line, writes a query in one go, as an input method does, and
    clears it again."""

    def write(n: int) -> float:
        query, row = wanted[n % len(wanted)]
        screen.settle()
        screen.type(b"/")
        screen.settle()
        took = screen.press(query.encode(), row)
        screen.settle()
        # Esc waits for what may come behind it: a key that comes too soon would be taken for that.
        # The cursor's row looks another way where the list has the keys.
        screen.press(ESCAPE, row)
        screen.settle()
        screen.press(ESCAPE, CLEARED)
        screen.settle()
        screen.press(HOME, first)
        return took

    return write


def _downs(screen: Terminal, database: Path) -> Callable[[int], float]:
    """Return what presses the down key on the first row, and goes back."""
    first, second = map(_row, _numbers(database, 2))

    def press(_: int) -> float:
        screen.settle()
        took = screen.press(DOWN, second)
        screen.settle()
        screen.press(HOME, first)
        return took

    return press


def _held(
    screen: Terminal, peer: Terminal, ours: Sequence[str], theirs: Sequence[str]
) -> tuple[list[float], list[float]]:
    """Hold the key down on both, some rows of one and then some of the other."""
    found: tuple[list[float], list[float]] = ([], [])
    for start in range(0, max(1, len(ours) - BURST + 1), BURST):
        for terminal, rows, times in zip((screen, peer), (ours, theirs), found, strict=True):
            terminal.settle()
            times += terminal.held(DOWN, rows[start : start + BURST], REPEAT)
    return found


def _presses(screen: Terminal, rows: Sequence[str]) -> Callable[[int], float]:
    """Return what presses the down key; the n-th press (from 0) goes to row n + 1."""

    def press(n: int) -> float:
        screen.settle()
        return screen.press(DOWN, rows[n + 1])

    return press


def _numbers(database: Path, count: int) -> list[int | None]:
    """Return the numbers of the first cases in the order of the list."""
    with Desk.open(database, "LM") as desk:
        return [summary.number for summary in desk.list(limit=count)]


def _ends(database: Path) -> tuple[int | None, int | None]:
    """Return the numbers of the first and of the last case of the list."""
    with Desk.open(database, "LM") as desk:
        last = next(iter(desk.list(sort="-activity", limit=1)))
        return next(iter(desk.list(limit=1))).number, last.number


def _row(number: int | None) -> str:
    """Return an expression for the cursor's row of our list, on the case of this number."""
    return rf"{bare.SIGN}.{{0,12}}#{number}(?![0-9])"


def _bare_row(number: int) -> str:
    return rf"{bare.SIGN} row#{number}\b"
