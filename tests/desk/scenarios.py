"""Acts that a process may die in, and the folder that they start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.desk.stage import START, Clock, Copy, Wiki
from tests.pages import PageCase, PageEntry
from workbench.config import load
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
    replace(FIRST, entries=(*FIRST.entries, *many(22)), status="resolved"),
    replace(SECOND, problem="扫码失败两次", engineers=("王工",)),
)
FRESH = Wiki(
    *(
        PageCase(n, f"2024070{n}", f"离线{n}", many(count), "on_hold", ("YD",), project="orion")
        for n, count in ((4, 2), (3, 26), (2, 1), (1, 0))
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
