"""A case of thousands of entries on the screen: opened, gone through, written to far down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cases.changes import NOW as THEN
from tests.cases.changes import data
from tests.local.copies import Copy
from tests.tui.driving import Driven, driven
from tests.tui.stage import NOW, World, empty_world
from workbench.cases import names

MANY = 3000


@contextmanager
def long_world(path: Path) -> Iterator[World]:
    """Make a file with a case whose entries came from elsewhere and are read; open both desks."""
    with empty_world(path) as world:
        case = world.desk.new("nova", "枪锁失灵")
        copy = Copy(path)
        copy.pull(
            *(
                data(
                    "note",
                    ms=NOW - THEN + n,
                    case=case,
                    i=names.derive("typed", str(n)),
                    x=f"第{n}条：现场已重启，" + "观察到充电功率不稳。" * (n % 5),
                    s=("研发", "客户")[n % 2],
                )
                for n in range(1, MANY + 1)
            )
        )
        copy.close()
        world.desk.mark_read(case)
        world.clock.now += 60_000
        world.cases.append(case)
        yield world


def first_line(ui: Driven) -> str:
    """Return what the first line of the thread shows."""
    return ui.text.splitlines()[4]


def read_so_far(ui: Driven) -> int:
    """Return how many items of the thread were read by now."""
    pages = ui.bench.main.reader.thread._layout._pages
    return sum(len(pages[page]) for page in pages.keys())  # noqa: SIM118


async def test_a_long_case_is_read_written_and_followed_far_down(
    tmp_path: Path,
) -> None:
    with long_world(tmp_path / "cases.db") as world:
        desk, other, (case,) = world.desk, world.other, world.cases
        far = desk.case(case).entries[1999].id
        news = [other.note(case, "又坏了", reply_to=far).entry_id]
        world.clock.now += 60_000
        desk.status([case], "in_progress")
        world.clock.now += 60_000
        news.append(other.note(case, "末尾的新消息").entry_id)
        desk.changed()
        async with driven(world, (80, 24)) as ui:
            thread = ui.bench.main.reader.thread
            await ui.read(case)
            await ui.shows("第1条")
            assert read_so_far(ui) < 200
            # To the next unread ones, which stand where nothing was read.
            await ui.press("n")
            await ui.shows("又坏了")
            assert thread.cursor_id == news[0]
            assert "· 2001" in ui.text
            await ui.press("n")
            await ui.shows("末尾的新消息")
            assert "status → In progress" in ui.text
            assert read_so_far(ui) < 500
            # Both ends, and pages.
            await ui.press("home")
            await ui.shows("枪锁失灵")
            await ui.press("end", "pageup", "pagedown")
            await ui.shows("末尾的新消息")
            # What is below the cursor moves nothing above it.
            assert thread.select(far)
            await ui.pilot.pause()
            await ui.press("up", "down")
            seen = first_line(ui)
            other.note(case, "还有一条")
            ui.bench.main.reread()
            await ui.until(lambda: thread._layout.count == MANY + 5, "the other's entry")
            assert (thread.cursor_id, first_line(ui)) == (far, seen)
            # Edit it where it stands.
            await ui.press("e")
            await ui.shows("Edit an entry")
            await ui.press(*"[x]", "f2")
            await ui.shows("第2000条：现场已重启，[x]")
            assert (thread.cursor_id, first_line(ui)) == (far, seen)
            assert desk.entry(case, far).text.endswith("[x]")
            # Answer it: the answer stands below it, behind an answer of before.
            await ui.press("r")
            await ui.put("查过了")
            await ui.press("f2")
            await ui.until(lambda: desk.case(case).summary.entry_count == MANY + 4, "the answer")
            await ui.shows("查过了")
            assert "· 2002" in ui.text
            # Hide it again and take that back.
            hidden = thread.cursor_id
            await ui.press("x")
            await ui.until(lambda: "查过了" not in ui.text, "the hidden entry gone")
            await ui.press("u")
            await ui.shows("查过了")
            assert thread.select(str(hidden))
            # Add one at the end.
            await ui.press("a")
            await ui.put("收工")
            await ui.press("f2")
            await ui.shows("收工")
            assert f"· {MANY + 5}" in ui.text
            assert read_so_far(ui) < 500


async def test_the_preview_of_a_long_case_reads_its_first_page(tmp_path: Path) -> None:
    with long_world(tmp_path / "cases.db") as world:
        async with driven(world, (120, 40)) as ui:
            await ui.go_to(world.cases[0])
            await ui.until(lambda: ui.bench.main.reader.case_id == world.cases[0], "the preview")
            await ui.shows("第1条")
            assert ui.bench.main.place == "list"
            assert read_so_far(ui) < 200
