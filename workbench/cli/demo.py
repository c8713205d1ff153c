"""``demo``: the screen on a scratch copy of the sample page; nothing of the user's is touched."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from workbench import language
from workbench.cli.arguments import command
from workbench.cli.call import Call, environment, need_terminal

COLLEAGUE = "Kay"
"""One of the sample page's people, who has been at work when the demo begins."""


@command("demo", settings=False)
def demo_command(call: Call) -> int:
    """Try the screen on a scratch copy of a sample page of invented cases."""
    need_terminal()
    from workbench.config import load
    from workbench.desk import Desk

    with tempfile.TemporaryDirectory(prefix="workbench-demo-") as folder:
        database = Path(folder) / "demo.db"
        config = load(
            Path(folder) / "config.toml", environment(), {**call.options(), "db": str(database)}
        )
        language.setup(config.lang)
        fill(database, config.author)
        with Desk.open(database, config.author) as desk:
            return call.show_screen(desk, config)


def fill(database: Path, author: str) -> None:
    """Read the sample page into a new database, and let a colleague and the person work on it.

    There is something of everything: new entries, an answer, a hold whose day has come, and a title
    that both gave without seeing the other's.
    """
    from workbench.desk import Desk
    from workbench.sample import read_sample

    data, file_name = read_sample()
    with Desk.open(database, author) as mine, Desk.open(database, COLLEAGUE) as theirs:
        mine.import_page(data, file_name=file_name)
        start, bills, vouchers, station, export = map(
            mine.resolve, ("134", "133", "131", "130", "129")
        )
        seen = mine.case(vouchers).seen.get("title", ())
        mine.edit_field(vouchers, "title", "小程序看不到代金券", seen=seen)
        theirs.edit_field(vouchers, "title", "活动代金券：公众号有、小程序没有", seen=seen)
        mine.status([station], "on_hold", until=date.today().isoformat(), why="等客户补站点照片")
        theirs.status([start], "in_progress")
        theirs.assign([start], [COLLEAGUE])
        theirs.note(
            start, "看了桩日志：2 号枪的启动应答比 1 号枪慢 50 秒。\n已请现场换枪再试一次。"
        )
        last = mine.case(bills).entries[-1]
        theirs.note(bills, "三笔都补回来了，请客户核对金额。", reply_to=last.id)
        theirs.tag([export], ["下个版本"])
