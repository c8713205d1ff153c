"""What a person waits for in a long thread: its first lines, and a page further down."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import SHORT, Bench
from tests.benchmarks.measure import Bound, Row, in_turn
from tests.benchmarks.program import environment, workbench
from tests.benchmarks.terminal import Terminal
from workbench.cases.model import Case
from workbench.desk import Desk

ENTER, HOME, PAGE_DOWN = b"\r", b"\x1b[H", b"\x1b[6~"
SOME = 60
"""Entries of a thread in which there are some pages to go down."""
PAGES = 3
"""So many pages it surely has."""
AN_ENTRY = "· [0-9]+"
"""What stands over every entry: its number."""


def threads(bench: Bench) -> list[Row]:
    """Show a case with a long thread, and go down in it, against a short one."""
    path = bench.copy("threads")
    random = Random(data.SEED)
    with Desk.open(path, "LM") as desk:
        ids = [s.id for s in sorted(desk.list(), key=lambda s: -s.entry_count)]
        for _ in range(SOME - SHORT):
            desk.note(ids[2], data.sentence(random))
        desk.long_thread(ids[0])  # its order is written down once, as behind the first look
        long, short, some = (desk.case(case_id) for case_id in ids[:3])
    env = environment(bench.folder)
    command = workbench("--db", str(path))
    entries = bench.scale.long
    with Terminal(command, env) as screen:
        screen.ready()
        opened = in_turn(bench.scale.presses, _opens(screen, long), _opens(screen, short))
    with Terminal(command, env) as screen, Terminal(command, env) as other:
        for terminal, case in ((screen, long), (other, some)):
            terminal.ready()
            _opens(terminal, case)(0)
        paged = in_turn(bench.scale.presses, _pages(screen), _pages(other, PAGES))
    return [
        Row(
            f"a case of {entries} entries shown",
            f"the same of {SHORT} entries",
            *opened,
            Bound(1.3, held=2.0),
        ),
        Row(
            f"a page down in a case of {entries} entries",
            f"the same in one of {SOME}",
            *paged,
            Bound(1.3, held=2.0),
        ),
    ]


def _opens(screen: Terminal, case: Case) -> Callable[[int], float]:
    """Return what goes to a case by its number, and waits for its key, which stands over its thread
    and is painted with it: entries of other cases begin with the same words."""
    shown = re.escape(case.summary.key)

    def show(_: int) -> float:
        screen.settle()
        screen.type(b"#")
        screen.settle()
        screen.type(str(case.summary.number).encode())
        screen.settle()
        return screen.press(ENTER, shown)

    return show


def _pages(screen: Terminal, most: int = 0) -> Callable[[int], float]:
    """Return what goes a page down; in a thread of ``most`` pages it begins again at the top."""

    def page(n: int) -> float:
        screen.settle()
        if most and not n % most:
            screen.type(HOME)
            screen.settle()
        return screen.press(PAGE_DOWN, AN_ENTRY)

    return page
