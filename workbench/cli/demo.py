"""``demo``: the screen on a scratch copy of the sample page; nothing of the user's is touched."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import language
from workbench.cli.arguments import command
from workbench.cli.call import Call, environment, need_terminal

if TYPE_CHECKING:
    from workbench.desk import Desk

COLLEAGUES = ("Kay", "LM")
"""Two of the sample page's people; the first who isn't the user has been at work elsewhere."""
STORE = "team"
DATABASE = "demo.db"


@command("demo", settings=False)
def demo_command(call: Call) -> int:
    """Try the screen on a scratch copy of a sample page of invented cases.

    A colleague has worked on them too: sync brings what waits in a shared folder.
    """
    language.setup(language.choose(call.lang or os.environ.get("WORKBENCH_LANG"), os.environ))
    need_terminal()
    from workbench.config import load
    from workbench.desk import Desk

    with tempfile.TemporaryDirectory(prefix="workbench-demo-") as name:
        folder = Path(name)
        database = folder / DATABASE
        config = load(
            folder / "config.toml", environment(), {**call.options(), "db": str(database)}
        )
        language.setup(config.lang)
        fill(folder, config.author)
        with Desk.open(database, config.author) as desk:
            return call.show_screen(desk, config)


def fill(folder: Path, author: str) -> None:
    """Make the person's copy with the sample page, and what waits for it in a shared folder.

    Both have the page; then they worked apart. The first sync brings answers, an unread entry, a
    new case, and a status that both changed without seeing the other's; it sends what the person
    wrote.
    """
    from workbench.desk import Desk
    from workbench.sample import read_sample

    data, file_name = read_sample()
    with Desk.open(folder / DATABASE, author) as mine:
        mine.import_page(data, file_name=file_name)
        _share(mine, folder)
        mine.init_store(STORE)
        mine.exchange(STORE, pull=False)
        colleague = next(name for name in COLLEAGUES if name != author)
        with Desk.open(folder / "colleague.db", colleague) as theirs:
            _share(theirs, folder)
            theirs.exchange(STORE, push=False)
            _their_work(theirs, colleague)
            theirs.exchange(STORE)
        _own_work(mine)


def _share(desk: Desk, folder: Path) -> None:
    """Let a copy know the shared folder."""
    shared = folder / "shared"
    shared.mkdir(exist_ok=True)
    desk.add_store(STORE, str(shared))


def _their_work(theirs: Desk, name: str) -> None:
    start, bills, vouchers, export = map(theirs.resolve, ("134", "133", "131", "129"))
    theirs.status([start], "in_progress")
    theirs.assign([start], [name])
    theirs.note(start, "看了桩日志：2 号枪的启动应答比 1 号枪慢 50 秒。\n已请现场换枪再试一次。")
    last = theirs.case(bills).entries[-1]
    theirs.note(bills, "三笔都补回来了，请客户核对金额。", reply_to=last.id)
    theirs.status([vouchers], "resolved")
    theirs.note(vouchers, "重新登录后看得到了，客户确认。")
    theirs.tag([export], ["下个版本"])
    theirs.new("nova", "鹿鸣花园站雨后 3 台桩报绝缘故障\n现场已断电，等天晴再测。")


def _own_work(mine: Desk) -> None:
    vouchers, station, export = map(mine.resolve, ("131", "130", "129"))
    mine.status([station], "on_hold", until=date.today().isoformat(), why="等客户补站点照片")
    mine.status([vouchers], "on_hold", why="等活动结束再看")
    mine.note(export, "客户月底要用，已答复排期。")
