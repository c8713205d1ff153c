"""The list of cases: a cursor and marks over rows that are read page by page."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.strip import Strip

from tests.widgets.host import HOSTILE, SHOWN, TEXTS, lines, screen, shown, until
from widgets import case_list as module
from widgets.case_list import PAGE_ROWS, SOON, CaseList, CaseRow, ListSource
from widgets.case_rows import Column, row_parts
from widgets.plain import width

WORDS = {"unset": "未处理", "in_progress": "处理中", "on_hold": "暂搁置", "resolved": "已解决"}


def row(at: int, **fields: object) -> CaseRow:
    """Return the row of case ``at``."""
    usual = CaseRow(
        id=f"c{at}",
        key=f"nova_case#{at}_20210224",
        short_key=f"nova#{at}",
        status="in_progress",
        title=f"标题 {at}",
        engineers="周敏",
        activity="2021-02-25",
        age="3 天",
        unread=2,
        entries=7,
    )
    return dataclasses.replace(usual, **fields)  # type: ignore[arg-type]


class CountingSource(ListSource):
    """A source that counts how often its pages are read."""

    reads = 0
    asked = 0

    def rows(self, start: int, stop: int) -> Sequence[CaseRow]:
        """Count, and return the rows."""
        self.reads += 1
        self.asked += stop - start
        return super().rows(start, stop)


class EndlessSource:
    """A million rows that are made when they are asked for."""

    asked = 0

    def __len__(self) -> int:
        """Return the million."""
        return 1_000_000

    def rows(self, start: int, stop: int) -> Sequence[CaseRow]:
        """Make the rows of a page."""
        self.asked += stop - start
        return [row(at) for at in range(start, stop)]

    def index(self, id: str) -> int | None:
        """Read the number from the id."""
        return int(id[1:])


def new_list(count: int = 300) -> CaseList:
    """Return a list of ``count`` rows."""
    case_list = CaseList(status_words=WORDS, empty="没有案件")
    case_list.set_source(ListSource(row(at) for at in range(count)))
    return case_list


@pytest.mark.parametrize(
    ("cells", "there", "missing"),
    [
        (60, ["nova#0", "处理中", "标题 0"], ["周敏", "2021-02-25", "nova_case"]),
        (80, ["nova#0", "处理中", "标题 0", "周敏", "2021-02-25"], ["3 天", "nova_case"]),
        (120, ["nova#0", "标题 0", "周敏", "2021-02-25", "3 天", "2", "7"], ["nova_case"]),
        (140, ["nova_case#0_20210224", "标题 0", "周敏", "2021-02-25", "3 天", "2", "7"], []),
    ],
)
async def test_columns_follow_the_width(cells: int, there: list[str], missing: list[str]) -> None:
    case_list = new_list()
    async with shown(case_list, width=cells):
        first = lines(case_list)[1]
        assert all(text in first for text in there)
        assert not any(text in first for text in missing)


@pytest.mark.parametrize("cells", [20, 60, 80, 119, 120, 200])
async def test_every_line_has_exactly_its_cells(cells: int) -> None:
    case_list = CaseList(status_words=WORDS)
    rows = [
        row(at, title=text, engineers=text, key=text, short_key=text, activity=text, age=text)
        for at, text in enumerate(TEXTS)
    ]
    rows.append(row(98, draft=True, hidden=True, decisions=1, questions=1, status=HOSTILE))
    rows.append(row(99, status="on_hold", awake=True, unread=12345, entries=123456))
    case_list.set_source(ListSource(rows))
    case_list.mark_all(["c1"])
    async with shown(case_list, width=cells) as (host, _):
        assert len(lines(case_list)) == 24
        screen(host)


async def test_hostile_text_is_shown_literally() -> None:
    case_list = CaseList(status_words=WORDS, column_words={"title": HOSTILE}, empty=HOSTILE)
    async with shown(case_list, width=160) as (host, pilot):
        assert SHOWN in screen(host)
        case_list.set_source(ListSource([row(1, title=HOSTILE)]))
        await pilot.pause()
        assert screen(host).count(SHOWN) == 2
        assert "\x1b" not in screen(host)
        assert "\u202e" not in screen(host)


async def test_a_status_is_a_sign_and_a_word() -> None:
    case_list = CaseList(status_words=WORDS)
    case_list.set_source(ListSource(row(at, status=key) for at, key in enumerate(WORDS)))
    async with shown(case_list) as (_, pilot):
        painted = lines(case_list)[1:5]
        signs = {
            line[line.index(word) - 2] for line, word in zip(painted, WORDS.values(), strict=True)
        }
        assert len(signs) == 4
        case_list.set_source(ListSource([row(1, status="on_hold", awake=True)]))
        await pilot.pause()
        assert "暂搁置!" in lines(case_list)[1]


async def test_a_narrow_list_shows_the_letters_of_a_number_rather_than_the_project() -> None:
    case_list = CaseList(status_words=WORDS)
    names = ["nova#new-k3f7q", "nova#98-k3f7q", "nova#98"]
    case_list.set_source(ListSource(row(at, short_key=name) for at, name in enumerate(names)))
    async with shown(case_list, width=80):
        painted = [line[2:13].strip() for line in lines(case_list)[1:4]]
        assert painted == ["#new-k3f7q", "#98-k3f7q", "nova#98"]


async def test_signs_of_a_row() -> None:
    case_list = CaseList(status_words=WORDS)
    case_list.set_source(
        ListSource([row(1, draft=True, decisions=2, questions=1, hidden=True), row(2, unread=0)])
    )
    async with shown(case_list, width=60):
        _, first, second, *_ = lines(case_list)
        assert first.rstrip().endswith("✕✎≠?✱")
        assert not set("✕✎≠?✱") & set(second)


async def test_moving_posts_the_case_and_keeps_it_in_view() -> None:
    case_list = new_list()
    async with shown(case_list) as (host, pilot):
        for act, at in (
            (lambda: case_list.move(1), 1),
            (lambda: case_list.page(1), 24),
            (lambda: case_list.end(), 299),
            (lambda: case_list.move(1), 299),
            (lambda: case_list.page(-1), 276),
            (lambda: case_list.select("c120"), 120),
            (lambda: case_list.top(), 0),
        ):
            act()
            await pilot.pause()
            assert case_list.cursor_id == f"c{at}"
            painted = [line for line in lines(case_list)[1:] if line.startswith("▸")]
            assert len(painted) == 1
            assert f"标题 {at} " in painted[0]
        ids = [message.id for message in host.of(CaseList.CaseHighlighted)]
        assert ids == ["c0", "c1", "c24", "c299", "c276", "c120", "c0"]


async def test_moving_within_the_view_paints_two_lines_and_reads_nothing() -> None:
    source = CountingSource(row(at) for at in range(300))
    case_list = CaseList(status_words=WORDS)
    case_list.set_source(source)
    async with shown(case_list) as (_, pilot):
        reads = source.reads
        before = [case_list.render_line(y) for y in range(9)]
        case_list.move(1)
        await pilot.pause()
        after = [case_list.render_line(y) for y in range(9)]
        painted = [y for y in range(9) if after[y] is not before[y]]
        assert painted == [1, 2]
        assert source.reads == reads


async def test_rows_that_look_as_before_are_not_painted_again() -> None:
    case_list = new_list()
    async with shown(case_list) as (_, pilot):
        before = [case_list.render_line(y) for y in range(9)]
        refreshed: list[Region] = []
        refresh = case_list.refresh

        def watched(*regions: Region, **what: bool) -> CaseList:
            refreshed.extend(regions or [case_list.size.region])
            return refresh(*regions, **what)

        case_list.refresh = watched  # type: ignore[method-assign]
        case_list.set_source(ListSource(row(at) for at in range(300)))
        assert refreshed == []
        changed = [row(at, title="换了" if at == 3 else f"标题 {at}") for at in range(300)]
        case_list.set_source(ListSource(changed))
        await pilot.pause()
        assert [(region.y, region.height) for region in refreshed] == [(4, 1)]
        after = [case_list.render_line(y) for y in range(9)]
        assert [y for y in range(9) if after[y] is not before[y]] == [4]


async def test_a_million_rows_are_not_read() -> None:
    source = EndlessSource()
    case_list = CaseList(status_words=WORDS)
    async with shown(case_list) as (_, pilot):
        case_list.set_source(source)
        case_list.end()
        await pilot.pause()
        assert "标题 999999" in lines(case_list)[-1]
        assert source.asked <= 4 * PAGE_ROWS + SOON


async def test_another_source_keeps_the_case_on_its_line() -> None:
    case_list = new_list()
    async with shown(case_list) as (host, pilot):
        case_list.select("c100")
        case_list.move(-5)
        await pilot.pause()
        line = next(y for y, text in enumerate(lines(case_list)) if text.startswith("▸"))
        before = len(host.of(CaseList.CaseHighlighted))
        case_list.set_source(ListSource(row(at) for at in range(40, 300)), keep="c95")
        await pilot.pause()
        assert lines(case_list)[line].startswith("▸")
        assert "标题 95 " in lines(case_list)[line]
        assert len(host.of(CaseList.CaseHighlighted)) == before
        case_list.set_source(ListSource(row(at) for at in range(10)), keep="c95")
        await pilot.pause()
        assert case_list.cursor_id == "c9"
        assert host.of(CaseList.CaseHighlighted)[-1].id == "c9"


async def test_an_empty_source_says_so() -> None:
    case_list = new_list(3)
    async with shown(case_list) as (host, pilot):
        case_list.set_source(ListSource())
        await pilot.pause()
        assert "没有案件" in screen(host)
        assert case_list.cursor_id is None
        assert case_list.cursor_row is None
        assert host.of(CaseList.CaseHighlighted)[-1].id is None
        case_list.move(1)
        case_list.open()
        case_list.toggle_mark()
        await pilot.pause()
        assert not host.of(CaseList.CaseOpened)
        assert not case_list.marked


async def test_a_row_is_read_anew() -> None:
    source = ListSource(row(at) for at in range(300))
    case_list = CaseList(status_words=WORDS)
    case_list.set_source(source)
    async with shown(case_list) as (_, pilot):
        assert "处理中" in lines(case_list)[6]
        source.replace(row(5, status="resolved"))
        assert case_list.refresh_row("c5")
        await pilot.pause()
        assert "已解决" in lines(case_list)[6]
        assert not case_list.refresh_row("gone")


async def test_a_source_that_lost_rows_leaves_lines_blank() -> None:
    class Shrunk(ListSource):
        def __len__(self) -> int:
            return 20

    case_list = CaseList(status_words=WORDS)
    case_list.set_source(Shrunk(row(at) for at in range(3)))
    async with shown(case_list) as (_, pilot):
        case_list.end()
        await pilot.pause()
        assert case_list.cursor_row is None
        assert lines(case_list)[10].strip() == ""


async def test_marks() -> None:
    case_list = new_list()
    async with shown(case_list) as (host, pilot):
        case_list.toggle_mark()
        case_list.toggle_mark()
        await pilot.pause()
        assert case_list.marked == {"c0", "c1"}
        assert case_list.cursor_id == "c2"
        assert [line[1] for line in lines(case_list)[1:4]] == ["●", "●", " "]
        case_list.select("c1")
        case_list.toggle_mark()
        case_list.mark_all(["c0", "c200", "elsewhere"])
        assert case_list.marked == {"c0", "c200", "elsewhere"}
        case_list.set_source(ListSource([row(0)]))
        assert "elsewhere" in case_list.marked
        case_list.clear_marks()
        case_list.clear_marks()
        await pilot.pause()
        assert [len(message.ids) for message in host.of(CaseList.MarksChanged)] == [1, 2, 1, 3, 0]
        assert "●" not in screen(host)


async def test_the_mouse_moves_and_opens() -> None:
    case_list = new_list()
    async with shown(case_list) as (host, pilot):
        await pilot.click(case_list, offset=(20, 4))
        assert case_list.cursor_id == "c3"
        assert not host.of(CaseList.CaseOpened)
        await pilot.click(case_list, offset=(20, 4))
        assert [message.id for message in host.of(CaseList.CaseOpened)] == ["c3"]
        await pilot.click(case_list, offset=(20, 9), times=2)
        assert [message.id for message in host.of(CaseList.CaseOpened)] == ["c3", "c8"]
        await pilot.click(case_list, offset=(20, 0))
        assert case_list.cursor_id == "c8"


async def test_a_double_click_on_the_cursor_opens_once() -> None:
    case_list = new_list()
    async with shown(case_list) as (host, pilot):
        await pilot.click(case_list, offset=(20, 1), times=2)
        assert len(host.of(CaseList.CaseOpened)) == 1


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    case_list = new_list()
    async with shown(case_list) as (_, pilot):
        await pilot._post_mouse_events([MouseScrollDown], case_list)
        await until(lambda: case_list.scroll_offset.y > 0, "the list scrolls")
        assert case_list.cursor_id == "c0"
        case_list.move(1)
        await pilot.pause()
        assert case_list.scroll_offset.y <= 1


async def test_it_binds_no_keys() -> None:
    case_list = new_list()
    async with shown(case_list) as (_, pilot):
        assert case_list.has_focus
        await pilot.press("down", "j", "end", "enter", "space", "v")
        assert case_list.cursor_id == "c0"
        for action, at in (
            ("cursor_down", 1),
            ("page_down", 24),
            ("end", 299),
            ("cursor_up", 298),
            ("page_up", 275),
            ("top", 0),
        ):
            await case_list.run_action(action)
            assert case_list.cursor_index == at


async def test_the_cursor_stays_in_view_when_the_list_shrinks() -> None:
    case_list = new_list()
    async with shown(case_list, height=30) as (_, pilot):
        case_list.move(28)
        await pilot.resize_terminal(80, 10)
        await until(lambda: len(lines(case_list)) == 10, "the list shrinks")
        await until(lambda: any(line.startswith("▸") for line in lines(case_list)), "it is in view")


async def test_the_first_rows_are_painted_before_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Line by line they are what a whole frame has in the end."""
    painted: dict[int, str] = {}
    told: list[int] = []

    def paint(widget: CaseList, first: int, strips: Sequence[Strip]) -> bool:
        painted.update(enumerate((strip.text for strip in strips), first))
        told.append(source.asked)
        return True

    case_list = CaseList(status_words=WORDS)
    source = CountingSource([row(at) for at in range(30)])
    async with shown(case_list) as (_, pilot):
        case_list.set_source(ListSource([row(at) for at in range(100, 130)]))
        case_list.move(9)
        await pilot.pause()
        monkeypatch.setattr(module, "paint_at_once", paint)
        case_list.set_source(source, "c100", anew=True)
        assert told[0] == SOON
        assert len(told) == 2
        assert case_list.cursor_id == "c0"
        assert painted == {y: text for y, text in enumerate(lines(case_list)) if y}


async def test_rows_painted_before_their_source_is_set_are_not_painted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor does a line change its place that looks as before."""
    painted: list[tuple[int, list[str]]] = []

    def paint(widget: CaseList, first: int, strips: Sequence[Strip]) -> bool:
        painted.append((first, [strip.text for strip in strips]))
        return True

    case_list = new_list(30)
    async with shown(case_list) as (_, pilot):
        await pilot.pause()
        monkeypatch.setattr(module, "paint_at_once", paint)
        source = ListSource([row(3), row(7), *(row(at) for at in range(2, 30))])
        case_list.show_soon(source.rows(0, 2), 0, ("标题",))
        assert case_list.cursor_id == "c0"
        case_list.set_source(source, "c0", ("标题",), anew=True)
        shows = lines(case_list)
        assert [first for first, _ in painted] == [1, 3, 5]
        assert [text for _, texts in painted for text in texts] == shows[1:]
        assert "标题 3" in shows[1]
        assert case_list.cursor_id == "c3"


def test_of_a_long_context_only_its_beginning_is_looked_through() -> None:
    """It is painted with every key."""
    looked: list[int] = []

    def mark(folded: str) -> list[tuple[int, int]]:
        looked.append(len(folded))
        return [(at, at + 2)] if (at := folded.find("枪头")) >= 0 else []

    found = row(1, context="…现场拍一下铭牌，顺便看看枪头" + "充电桩离线" * 10_000)
    parts = list(row_parts(found, [Column("title", 40)], WORDS, [mark]))
    assert "hit" in {kind for _, kind in parts}
    assert max(looked) < 200


@pytest.mark.parametrize("cells", range(24, 80, 3))
def test_the_hit_is_in_sight_however_narrow_the_column(cells: int) -> None:
    """It may stand far behind where its line begins."""
    context = "…现场拍一下铭牌，顺便看看枪头的温度传感器有没有松动"
    found = row(1, title="二号桩离线" * 9, context=context)
    columns = [Column("title", cells)]
    parts = list(row_parts(found, columns, WORDS, ["枪头"]))
    assert [text for text, kind in parts if kind == "hit"] == ["枪头"]
    assert sum(width(text) for text, _ in parts) == cells
