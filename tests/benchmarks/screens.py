"""What a person waits for at the screen: the first row, and the row after a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import bare
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Row, in_turn
from tests.benchmarks.program import bare as bare_command
from tests.benchmarks.program import environment, workbench
from tests.benchmarks.terminal import Terminal
from workbench.desk import Desk

DOWN = b"\x1b[B"


def start(bench: Bench) -> list[Row]:
    """From the fork to the first row that is painted."""
    database = bench.copy("cases")
    env = environment(bench.folder)
    first = _row(_numbers(database)[0])

    def ours(_: int) -> float:
        return _first_paint(workbench("--db", str(database)), env, first)

    def theirs(_: int) -> float:
        return _first_paint(bare_command("line"), env, _bare_row(0))

    times = in_turn(bench.scale.starts, ours, theirs)
    return [Row("start to first row", "bare Textual app, one line", *times, Bound(1.3))]


def keys(bench: Bench) -> list[Row]:
    """From a press of the down key to the row that the cursor is on then."""
    database = bench.copy("cases")
    env = environment(bench.folder)
    numbers = _numbers(database)
    rows = []
    for kind, what, bound in (
        ("redraw", "bare Textual app, one line redrawn", None),
        ("options", f"Textual's OptionList, {bare.ROWS} rows", Bound(1.5, "p95")),
    ):
        wrap = bare.ROWS if kind == "options" else bench.scale.presses + 2
        with (
            Terminal(workbench("--db", str(database)), env) as screen,
            Terminal(bare_command(kind), env) as peer,
        ):
            screen.shown(_row(numbers[0]))
            peer.shown(r"row#0\b")
            screen.settle()
            peer.settle()
            times = in_turn(
                bench.scale.presses,
                _presses(screen, [_row(number) for number in numbers]),
                _presses(peer, [rf"row#{n % wrap}\b" for n in range(bench.scale.presses + 2)]),
            )
        rows.append(Row("down key to cursor row", what, *times, bound))
    return rows


def _presses(screen: Terminal, rows: Sequence[str]) -> Callable[[int], float]:
    """Return what presses the down key; the n-th press (from 0) goes to row n + 1."""

    def press(n: int) -> float:
        screen.settle()
        return screen.press(DOWN, rows[n + 1])

    return press


def _first_paint(command: Sequence[str], env: dict[str, str], wanted: str) -> float:
    with Terminal(command, env) as screen:
        return screen.shown(wanted) - screen.started


def _numbers(database: Path) -> list[int | None]:
    """Return the numbers of the cases in the order of the list."""
    with Desk.open(database, "LM") as desk:
        return [summary.number for summary in desk.list()]


def _row(number: int | None) -> str:
    """Return an expression for the cursor's row of our list, on the case of this number."""
    return rf"{bare.SIGN}.{{0,12}}#{number}(?![0-9])"


def _bare_row(number: int) -> str:
    return rf"{bare.SIGN} row#{number}\b"
