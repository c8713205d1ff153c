"""Invented pages of cases, the same for the same seed: what engineers of charging stations write.

Numbers of orders and phones, names, pictures, and sizes as they are in life: most threads are
short, a few are very long.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.pages import PageCase, PageEntry, page_source
from workbench.cases.model import Status

SEED = 20240917
PROJECT = "nova"
LENGTH = 1.2
"""Of the length of threads: the logarithm of its median; 4.5 entries are its mean."""
LONGEST = 400
"""Entries of the longest thread of a page."""
PAGE = 5000
"""Cases of each page of many."""
THOUSANDS = 1 / 50_000
"""How many of many cases have thousands of entries."""

ENGINEERS = ("LM", "YD", "zhaoqi", "chinyee", "王工", "小林")
SPEAKERS = (*ENGINEERS, "LM", "YD", "客户", "客户", "研发", "厂家")
STATUSES: tuple[tuple[Status, int], ...] = (
    ("resolved", 14), ("unset", 3), ("in_progress", 2), ("on_hold", 1),
)  # fmt: skip

PROBLEMS = (
    "{station}{pile}号桩扫码后一直提示“启动中”，订单{order}没有开始充电",
    "{station}{pile}号桩充电到{soc}%自动停止，用户{phone}要求退款{yuan}元",
    "订单{order}的账单少了{kwh}度，平台与桩上显示不一致",
    "{station}共{count}台桩离线，平台最后一次心跳是{time}",
    "{pile}号桩固件{version}升级失败，重启后仍是旧版本",
    "用户{phone}余额没有到账，支付流水{serial}",
    "{station}分时电价从{time}起没有生效，订单{order}按旧价结算",
    "盛和EVS-{model}枪线温度告警，{pile}号桩限功率运行",
)
SAID = (
    "已联系现场，{time}重启{pile}号桩，观察中",
    "查了日志，{time}上报的报文里没有订单{order}的结束帧",
    "客户说今天又出现一次，电话{phone}",
    "固件{version}已推送到{station}，等厂家确认",
    "账单已重算，差{yuan}元，订单{order}",
    "这个和{project}_case#{case}_{day}是同一个问题",
    "TAPD{tapd}已提，下个版本修复",
    "抓包看是桩侧没有回复启动命令，超时{count}秒后平台取消",
    "请现场拍一下铭牌和枪头的照片",
    "现场网络信号只有{count}格，换了4G卡以后恢复正常",
    "好的，收到",
    "用户已退款{yuan}元，流水{serial}，可以关闭",
    "远程看过，{pile}号桩BMS需求电流只有{kwh}A，是车的问题",
)
STATIONS = ("滨江站", "高新区3号站", "机场P2停车场", "物流园", "体育中心北", "人民路站", "创新大厦")


def page(cases: int, seed: int = SEED) -> bytes:
    """Return the source of a page with so many cases, the newest on top."""
    random = Random(seed)
    made = [_case(random, number, _length(random)) for number in range(1, cases + 1)]
    return page_source(reversed(made)).encode()


def threads(long: int, short: int, count: int, seed: int = SEED) -> Iterator[tuple[str, bytes]]:
    """Yield a page whose newest case has ``long`` entries; the other ``count`` have ``short``."""
    random = Random(seed)
    made = [_case(random, number, short) for number in range(1, count + 1)]
    made.append(_case(random, count + 1, long))
    yield f"{PROJECT}_1", page_source(reversed(made)).encode()


def sentence(random: Random) -> str:
    """Return what a person might note."""
    return _filled(random, random.choice(SAID))


def problem(random: Random) -> str:
    """Return how a person might describe what is wrong."""
    return _filled(random, random.choice(PROBLEMS))


def pages(cases: int, seed: int = SEED, length: float = LENGTH) -> Iterator[tuple[str, bytes]]:
    """Yield the names and sources of the pages that hold so many cases, the oldest page first."""
    return ((name, source) for name, source, _ in pages_of(cases, seed, length))


def pages_of(
    cases: int, seed: int = SEED, length: float = LENGTH, *, behind: int = 0
) -> Iterator[tuple[str, bytes, list[PageCase]]]:
    """Yield pages as ``pages`` does, each with the cases on it, the oldest first.

    One at a time: a million cases are more than fits in memory. Few of their threads are very long.

    Args:
        behind: so many cases stand on the pages before these.
    """
    last = behind + cases
    for nth, first in enumerate(range(behind + 1, last + 1, PAGE), start=1 - -behind // PAGE):
        random = Random(f"{seed}-{nth}")
        numbers = range(first, min(first + PAGE, last + 1))
        made = [_case(random, number, _skewed(random, length)) for number in numbers]
        yield f"{PROJECT}_{nth}", page_source(reversed(made)).encode(), made


def _skewed(random: Random, length: float) -> int:
    if random.random() < THOUSANDS:
        return random.randint(1000, 8000)
    return _length(random, length)


def _length(random: Random, length: float = LENGTH) -> int:
    return min(LONGEST, int(random.lognormvariate(length, 0.9)))


def _case(random: Random, number: int, entries: int) -> PageCase:
    status: Status = random.choices(*zip(*STATUSES, strict=True))[0]
    said = [
        # People don't say the same a thousand times; these templates would, but for the number.
        PageEntry(_entry(random) + (f" ({nth})" if nth > 20 else ""), random.choice(SPEAKERS))
        for nth in range(entries)
    ]
    return PageCase(
        number=number,
        date=_day(random, random.randint(2021, 2024)),
        problem=_filled(random, random.choice(PROBLEMS)),
        entries=tuple(said),
        status=status,
        engineers=tuple(random.sample(ENGINEERS, random.choice((1, 1, 1, 2)))),
        project=PROJECT,
    )


def _entry(random: Random) -> str:
    lines = [sentence(random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    if random.random() < 0.05:
        file = f"16{random.randrange(10**11):011}-{random.randrange(1000):03}.png"
        lines.append(f'[[image:{file}||height="402" width="640"]]')
    return "\n".join(lines)


def _day(random: Random, year: int) -> str:
    return f"{year}{random.randint(1, 12):02}{random.randint(1, 28):02}"


def _filled(random: Random, template: str) -> str:
    day = _day(random, 2024)
    clock = f"{random.randrange(24):02}{random.randrange(60):02}{random.randrange(60):02}"
    return template.format(
        station=random.choice(STATIONS),
        pile=random.randint(1, 48),
        order=f"{day}{clock}{random.randrange(10**6):06}",
        serial=f"42{random.randrange(10**16):016}",
        phone=f"139{random.randrange(10**8):08}",
        soc=random.randint(5, 99),
        kwh=f"{random.uniform(0.5, 90):.2f}",
        yuan=f"{random.uniform(1, 160):.2f}",
        count=random.randint(2, 30),
        time=f"{clock[:2]}:{clock[2:4]}",
        version=f"V{random.randint(1, 4)}.{random.randint(0, 20)}.{random.randint(0, 9)}",
        model=random.choice((60, 120, 180, 240)),
        project=PROJECT,
        case=random.randint(1, 999),
        day=day,
        tapd=random.randrange(10**6, 10**7),
    )
