"""A long thread by pages shows what the whole thread shows, whatever was done in between."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests.desk.stage import Copy
from tests.pages import PageCase, PageEntry
from widgets.thread import ThreadItem
from workbench.desk.attaching import Given
from workbench.local import reads
from workbench.tui.reading import thread_items
from workbench.tui.threadpages import ThreadPages

FEW = 3


def whole(copy: Copy, case: str, *, hidden: bool) -> list[ThreadItem]:
    """Return the items of a thread, made of all that is known of it."""
    desk = copy.desk
    found = desk.case(case, hidden=hidden)
    history, people = desk.history(case), desk.names_of_people()
    return thread_items(found, history, desk.drafts(case), copy.clock.now, people)


def pages(copy: Copy, case: str, *, hidden: bool) -> ThreadPages:
    """Return the same thread, to be read by pages."""
    desk = copy.desk
    long = desk.long_thread(case)
    assert long is not None
    people = desk.names_of_people()
    return ThreadPages(long, desk.drafts(case), copy.clock.now, people, with_hidden=hidden)


def together(read: ThreadPages, random: Random) -> Sequence[ThreadItem]:
    """Return all items, read by pages of chance sizes in any order."""
    parts: list[tuple[int, int]] = []
    start = 0
    while start < len(read):
        stop = min(start + random.choice((1, 2, 5, 16)), len(read))
        parts.append((start, stop))
        start = stop
    random.shuffle(parts)
    found = {start: read.items(start, stop) for start, stop in parts}
    assert all(len(found[start]) == stop - start for start, stop in parts)
    return [item for start in sorted(found) for item in found[start]]


def page(*texts: str) -> PageCase:
    """Return the case as a page has it, with these entries."""
    return PageCase(1, "20260301", "枪锁失灵", tuple(PageEntry(text, "LM") for text in texts))


def shown(items: Sequence[ThreadItem]) -> list[ThreadItem]:
    """Return the items that show something."""
    return [item for item in items if item.kind != "gone"]


def act(copy: Copy, case: str, random: Random) -> None:
    """Do something to a case, as this person or another."""
    copy.clock.pass_ms(random.choice((0, 1000, 86_400_000)))
    entries = copy.desk.case(case, hidden=True).entries
    some = random.choice(entries).id if entries else None
    with copy.open(random.choice(("anna", "boris"))) as desk:
        kind = random.choice(("note", "note", "reply", "edit", "hide", "show", "status", "assign"))
        if kind == "status":
            desk.status([case], random.choice(("in_progress", "resolved", "unset")))
        elif kind == "assign":
            desk.assign([case], [random.choice(("LM", "zhaoqi"))])
        elif kind == "note" or some is None:
            files = [Given("日志.log", [b"1"])] if random.random() < 0.2 else []
            desk.note(case, f"第{random.random()}条", files=files)
        elif kind == "reply":
            desk.note(case, f"回复{random.random()}", reply_to=some)
        elif kind == "edit":
            desk.edit_entry(case, some, text=f"改{random.random()}")
        elif kind == "hide":
            desk.hide([case], some)
        else:
            desk.unhide([case], some)


@pytest.mark.parametrize("seed", range(4))
def test_pages_put_together_are_the_whole_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(reads, "LONG", FEW)
    random = Random(seed)
    copy = Copy(tmp_path / "a.db")
    copy.plain(page("甲", "乙", "丙"))
    case = copy.id()
    for n in range(FEW + 1):
        copy.desk.note(case, f"已送电 {n}")
    for turn in range(12):
        act(copy, case, random)
        if turn == 6:
            copy.plain(page("甲", "插入", "乙", "丙", "丁"))
        for hidden in (False, True):
            read = pages(copy, case, hidden=hidden)
            items = together(read, random)
            assert shown(items) == whole(copy, case, hidden=hidden)
            assert [read.index(item.id) for item in shown(items)] == [
                at for at, item in enumerate(items) if item.kind != "gone"
            ]
            long = copy.desk.long_thread(case)
            assert long is not None
            assert long.last(3) == list(copy.desk.case(case).entries[-3:])
            assert copy.desk.with_files(case) == copy.desk.case(case).summary
            for entry in copy.desk.case(case, hidden=True).entries[::4]:
                assert copy.desk.entry(case, entry.id) == entry
            unread = [at for at, item in enumerate(items) if item.unread and not item.hidden]
            for at in range(len(items)):
                wanted = next((later for later in unread if later > at), None)
                assert read.next_unread(at) == wanted
    copy.desk.close()


def test_what_was_done_between_two_pages_is_on_those_read_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "LONG", FEW)
    copy = Copy(tmp_path / "a.db")
    case = copy.desk.new("nova", "枪锁失灵")
    ids = [copy.desk.note(case, f"第{n}条").entry_id for n in range(20)]
    read = pages(copy, case, hidden=False)
    assert [item.text for item in read.items(0, 3)] == ["枪锁失灵", "第0条", "第1条"]
    copy.desk.hide([case], ids[4])
    copy.desk.edit_entry(case, str(ids[5]), text="改过")
    copy.desk.note(case, "之后")
    assert [item.kind for item in read.items(5, 7)] == ["gone", "entry"]
    assert read.items(6, 7)[0].text == "改过"
    copy.desk.note(case, "插在中间", reply_to=str(ids[9]))
    assert read.items(11, 12)[0].text == "插在中间"
    found = read.entry(str(ids[12]))
    assert found is not None
    assert (found.text, found.position) == ("第12条", 14)
    assert read.entry("nobody") is None
    assert len(read) == 21
    assert len(pages(copy, case, hidden=False)) == 23
    copy.desk.close()


def test_a_short_thread_is_read_whole(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "a.db")
    case = copy.desk.new("nova", "枪锁失灵")
    copy.desk.note(case, "一")
    assert copy.desk.long_thread(case) is None
    copy.desk.close()
