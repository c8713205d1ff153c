"""What a change costs, in steps of SQLite's machine: its slot's size, and not its case's."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cases.changes import NOW, data
from tests.local.copies import MEMORY
from workbench.desk import Desk

LONG, SHORT = 2_000, 5
LATER = 60_000
DEARER = 1.3


class Thread:
    """A case with a thread of many or of few entries, all by one person."""

    def __init__(self, path: Path, entries: int) -> None:
        self.now = NOW
        self.desk = Desk.open(path, "anna", clock=self.clock)
        self.case = self.desk.new("nova", "桩离线")
        self.desk.status([self.case], "on_hold", why="等厂家")
        pen = self.desk._tools.pen
        with pen.act("note", "anna") as act:
            for nth in range(entries):
                note = act.write("note", self.case, i=pen.new_id(), x=f"第 {nth} 次现场重启")
                if nth == entries // 2:
                    self.entry = note.name
        self.desk.follow_index()

    def clock(self) -> int:
        """Return the time: a millisecond later at each look."""
        self.now += 1
        return self.now

    def take(self, by: str) -> None:
        """Take in another person's note."""
        pen = self.desk._tools.pen
        made = data("note", case=self.case, author=by, i=pen.new_id(), x="收到", ms=LATER)
        with pen.act("take", "anna") as act:
            act.take(made, self.now)

    def steps(self, act: Callable[[Thread], object]) -> int:
        """Return how many steps an act takes when it is done for the second time."""
        act(self)
        count = 0

        def step() -> int:
            nonlocal count
            count += 1
            return 0

        connection = self.desk._tools.db.connection
        connection.set_progress_handler(step, 1)
        try:
            act(self)
        finally:
            connection.set_progress_handler(None, 0)
        return count


ACTS: dict[str, Callable[[Thread], object]] = {
    "a note of who put it on hold": lambda t: t.desk.note(t.case, f"又重启 {t.now}"),
    "another's note, which wakes it": lambda t: t.take("boris"),
    "a note once it is awake": lambda t: t.desk.note(t.case, f"还是离线 {t.now}"),
    "a reply": lambda t: t.desk.note(t.case, f"回复 {t.now}", reply_to=t.entry),
    "an edit": lambda t: t.desk.edit_entry(t.case, t.entry, text=f"改过 {t.now}"),
    "a speaker": lambda t: t.desk.edit_entry(t.case, t.entry, speaker=f"客户 {t.now}"),
    "hide and show": lambda t: (
        t.desk.hide([t.case], t.entry),
        t.desk.unhide([t.case], t.entry),
    ),
    "a status": lambda t: t.desk.status([t.case], "on_hold", why=f"等 {t.now}"),
    "a title": lambda t: t.desk.edit_field(t.case, "title", f"题 {t.now}"),
    "a problem": lambda t: t.desk.edit_field(t.case, "problem", f"电话 139{t.now}"),
    "a date": lambda t: t.desk.edit_field(t.case, "date", f"20260{t.now % 9 + 1}01"),
    "engineers": lambda t: (t.desk.assign([t.case], ["LM"]), t.desk.assign([t.case], (), ["LM"])),
    "hide and show the case": lambda t: (t.desk.hide([t.case]), t.desk.unhide([t.case])),
    "a draft": lambda t: t.desk.save_draft(t.desk.open_draft(t.case, "note").id, "写到一半"),
}


@pytest.fixture(scope="module")
def threads() -> Iterator[tuple[Thread, Thread]]:
    """Return a long thread and a short one, each in a file of its own."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        found = Thread(Path(folder) / "long.db", LONG), Thread(Path(folder) / "short.db", SHORT)
        yield found
        for thread in found:
            thread.desk.close()


@pytest.mark.parametrize("name", ACTS)
def test_a_change_costs_what_its_slot_costs(threads: tuple[Thread, Thread], name: str) -> None:
    long, short = (thread.steps(ACTS[name]) for thread in threads)
    assert long <= short * DEARER


def test_the_case_follows_though_only_a_slot_is_folded(threads: tuple[Thread, Thread]) -> None:
    """The difference that each change made adds up to what folding all gives."""
    for thread in threads:
        assert thread.desk.rebuild()["equal"]
