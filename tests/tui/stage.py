"""A small world for the screens: invented cases in a real file, by a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from workbench.desk import Desk

HOSTILE = "[/x] [@click=app.quit]q[/] \x1b]0;x\x07 \u202e 案件"
"""Markup that would crash or link, a terminal sequence, a character that turns text round."""

AUTHOR = "林工"
COLLEAGUE = "周凯"
DAY = 86_400_000
NOW = 1_772_330_400_000
"""2026-03-01 02:00 UTC."""


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: int = NOW

    def __call__(self) -> int:
        """Return the time."""
        return self.now


def dice(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that are the same in every run."""
    state = [0]

    def entropy(size: int) -> bytes:
        state[0] += 1
        block = b""
        while len(block) < size:
            block += sha256(f"{seed} {state[0]} {len(block)}".encode()).digest()
        return block[:size]

    return entropy


@contextmanager
def open_desk(path: Path, clock: Clock, author: str = AUTHOR, seed: str = "a") -> Iterator[Desk]:
    """Open a desk whose names and times are the same in every run."""
    with Desk.open(path, author, clock=clock, entropy=dice(seed)) as desk:
        yield desk


PROBLEMS = (
    (
        "nova",
        "启动充电后十秒自动停止，订单异常结算\n站点：东湖新城充电站，2 号桩\n车主换枪后恢复。",
    ),
    ("nova", "充电枪无法解锁，用户在现场等待\n急停按钮已经复位，枪仍然拔不下来。"),
    ("terra", "桩离线后计费模型下发失败\n平台提示：模型版本不一致。"),
    ("nova", "扫码提示“桩不存在”\n二维码是上周新贴的，贴错了枪号。"),
    ("terra", "停车减免没有生效，场站投诉\n订单号 20260110093015000000000000042"),
    ("nova", "充电功率只有 7kW，车辆需求 60kW\n同一辆车在隔壁桩正常。"),
    ("nova", "平台显示空闲，现场屏幕显示故障\n现场照片见附件。"),
    ("terra", "退款三天没有到账\n用户电话 13800138000"),
    ("nova", "VIN 鉴权失败，errcode 0x21\n只有这个车队的车会这样。"),
    (
        "terra",
        "Offline bills uploaded twice after reconnect\nThe second one has the same bill number.",
    ),
    ("nova", "夜间谷时电价没有生效\n计费模型里谷段写成了 23:00–07:00。"),
    ("nova", "屏幕黑屏，但可以正常充电\n断电重启之后恢复，第二天又黑。"),
    ("terra", "刷卡无反应\n读卡器指示灯不亮。"),
    ("nova", "充电记录里电量为 0\n电表读数正常。"),
    ("terra", "站点坐标偏了两公里\n导航到了马路对面。"),
    ("nova", "预约充电没有按时启动\n预约 22:00，实际 22:17 才启动。"),
)


def fill(desk: Desk, other: Desk, clock: Clock) -> list[str]:
    """Write the cases; returns their ids, the oldest first.

    Args:
        desk: The desk of the one who looks at the screen.
        other: A colleague's desk on the same file.
        clock: The clock of both; it is set to ``NOW`` at the end.
    """
    cases = []
    for number, (project, text) in enumerate(PROBLEMS):
        clock.now = NOW - (len(PROBLEMS) - number) * 3 * DAY
        cases.append(desk.new(project, text))
    clock.now = NOW - 30 * DAY
    desk.status(cases[2:9:3], "resolved")
    desk.status([cases[4]], "on_hold", until="2026-03-09", why="等厂家固件")
    desk.status([cases[9], cases[11]], "in_progress")
    desk.assign([cases[9]], [AUTHOR])
    desk.assign([cases[11], cases[5]], [COLLEAGUE])
    _talk(desk, other, clock, cases[-1])
    _disagree(desk, other, clock, cases[-2])
    clock.now = NOW
    for case in cases[:-1]:
        desk.mark_read(case)
    return cases


def _talk(desk: Desk, other: Desk, clock: Clock, case: str) -> None:
    """Let a thread come about: entries, replies, and acts between them."""
    clock.now = NOW - 2 * DAY
    first = desk.note(case, "预约时间改成 22:30 再试，还是晚 17 分钟。", speaker="客户").entry_id
    clock.now += 3_600_000
    desk.status([case], "in_progress")
    clock.now += 60_000
    reply = other.note(
        case,
        "看了日志：桩的时钟慢 17 分钟。\n10:12:30 校时请求 → 超时\n10:12:41 重试 → 超时",
        reply_to=first,
        speaker="研发",
    ).entry_id
    clock.now += 3_600_000
    desk.note(case, "> 看了日志：桩的时钟慢 17 分钟。\n已请现场放开 123 端口。", reply_to=reply)
    clock.now += 60_000
    desk.assign([case], [AUTHOR])
    clock.now += 20 * 3_600_000
    other.note(case, "端口已放开，今晚再看一次预约。", speaker="客户")


def _disagree(desk: Desk, other: Desk, clock: Clock, case: str) -> None:
    """Let two people change one title without seeing each other."""
    clock.now = NOW - DAY
    seen = desk.case(case).seen.get("title", ())
    desk.edit_field(case, "title", "站点坐标偏移 2 公里，导航到马路对面", seen=seen)
    clock.now += 60_000
    other.edit_field(case, "title", "坐标错误：导航到了马路对面", seen=seen)


@dataclass
class World:
    """A filled file with two people at it."""

    path: Path
    desk: Desk
    other: Desk
    clock: Clock
    cases: list[str]


@contextmanager
def open_world(path: Path) -> Iterator[World]:
    """Make the file with its cases, and open both desks."""
    clock = Clock()
    with open_desk(path, clock) as desk, open_desk(path, clock, COLLEAGUE, "b") as other:
        cases = fill(desk, other, clock)
        desk.changed()
        yield World(path, desk, other, clock, cases)


@contextmanager
def empty_world(path: Path, clock: Clock | None = None) -> Iterator[World]:
    """Make a file without cases, and open both desks."""
    clock = clock or Clock()
    with open_desk(path, clock) as desk, open_desk(path, clock, COLLEAGUE, "b") as other:
        yield World(path, desk, other, clock, [])


@contextmanager
def colleague(world: World) -> Iterator[Desk]:
    """Open another person's copy, brought up to date."""
    path = world.path.parent / "theirs.db"
    with open_desk(path, world.clock, COLLEAGUE, "theirs") as desk:
        if not desk.stores():
            desk.add_store("team", str(world.path.parent / "share"))
        desk.exchange("team")
        yield desk
