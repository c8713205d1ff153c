"""``demo``: the screen on a scratch copy of the sample page; nothing of the user's is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import language
from workbench.cli.arguments import command
from workbench.cli.call import Call, need_terminal

if TYPE_CHECKING:
    from workbench.cases.model import Summary
    from workbench.desk import Desk

COLLEAGUE = "林岚"
"""An invented colleague, whose acts the demo begins with."""


@command("demo", settings=False)
def demo_command(call: Call) -> int:
    """Try the screen on a scratch copy of a sample page of invented cases."""
    need_terminal()
    from workbench.config import load
    from workbench.desk import Desk

    with tempfile.TemporaryDirectory(prefix="workbench-demo-") as folder:
        database = Path(folder) / "demo.db"
        config = load(Path(folder) / "config.toml", options={**call.options(), "db": str(database)})
        language.setup(config.lang)
        fill(database, config.author)
        with Desk.open(database, config.author) as desk:
            return call.show_screen(desk, config)


def fill(database: Path, author: str) -> None:
    """Read the sample page into a new database and let a colleague work on it.

    A decision is left: colleague and person give one case a title without seeing each other's.
    """
    from workbench.desk import Desk
    from workbench.sample import read_sample

    data, file_name = read_sample()
    with Desk.open(database, author) as mine, Desk.open(database, COLLEAGUE) as theirs:
        mine.import_page(data, file_name=file_name)
        cases = list(mine.list())
        _triage(theirs, [case for case in cases if case.status == "unset"])
        _talk(theirs, [case for case in cases if case.entry_count])
        both = cases[0].id
        seen = mine.case(both).seen.get("title", ())
        mine.edit_field(both, "title", "两个桩同时离线，等现场反馈", seen=seen)
        theirs.edit_field(both, "title", "离线：先查现场路由器", seen=seen)


def _triage(desk: Desk, cases: Sequence[Summary]) -> None:
    """Put one case to work and one on hold."""
    for case in cases[:1]:
        desk.status([case.id], "in_progress")
        desk.assign([case.id], [COLLEAGUE])
    for case in cases[1:2]:
        desk.status([case.id], "on_hold", why="等客户提供日志")
        desk.tag([case.id], ["等客户"])


def _talk(desk: Desk, cases: Sequence[Summary]) -> None:
    """Write new entries, and an answer to an old one."""
    desk.note(cases[0].id, "今天远程看过：模块温度正常，先观察一天。")
    for case in cases[1:2]:
        first = desk.case(case.id).entries[0]
        desk.note(case.id, "已经转给现场，下午给结果。", reply_to=first.id)
    for case in cases[2:3]:
        desk.note(case.id, "客户说重启以后恢复了。", speaker="客户")
