"""Changes that arrive by the page are placed as if they had come one by one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from workbench.cases import names
from workbench.cases.change import encode
from workbench.desk import Desk

START = 1_750_000_000_000
CASES = [names.derive("case", str(nth)) for nth in range(2)]


def history(chance: random.Random) -> list[bytes]:
    """Return changes of few entries and few words, so that much is tied together."""
    entries = [names.derive("entry", str(nth)) for nth in range(6)]
    found = []
    written: list[str] = []

    def write(kind: str, case: str, **body: object) -> None:
        h = (START + len(found)) << 16
        found.append(
            encode(
                kind,
                case,
                h=h,
                author=chance.choice(["anna", "boris"]),
                copy="c" * 26,
                nonce=chance.randbytes(16),
                p=chance.sample(written, min(len(written), chance.randint(0, 2))),
                **body,  # type: ignore[arg-type]
            )
        )

    for case in CASES:
        write("case", case, project="nova", date_raw="20250101")
    for _ in range(30):
        case, entry = chance.choice(CASES), chance.choice(entries)
        words = chance.choice(["收到", "好的", "重启"])
        kind = chance.randrange(6)
        if kind < 2:
            write("note", case, i=entry, x=words)
        elif kind == 2:
            write("note", case, i=entry, x=words, af="", s="YD", rev=["page", 1, 1])
        elif kind == 3:
            write("edit", case, t=entry, x=words)
        elif kind == 4:
            write("edit", case, t=entry, i=chance.choice(entries), x=words, rev=["page", 1, 2])
        else:
            write("set", case, f="status", x={"s": "resolved"})
        written.append(entry)
    return found


def place(path: Path, changes: list[bytes], sizes: list[int]) -> dict[bytes, int]:
    """Take changes page by page; return the slot of each."""
    with Desk.open(path, "anna", clock=lambda: START) as desk:
        pen = desk._tools.pen
        rest = list(changes)
        for size in sizes:
            page, rest = rest[:size], rest[size:]
            with pen.receive("pull") as receiving:
                receiving.take_all(page, START)
            pen.fold_stale("pull")
        assert not rest
        assert desk.rebuild()["differences"] == []
        return {row["op_id"]: row["slot"] for row in desk._tools.db.rows("SELECT * FROM op")}


@pytest.mark.parametrize("seed", range(20))
def test_a_page_is_placed_like_its_changes_one_by_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    changes = history(chance)
    one_by_one = place(tmp_path / "one.db", changes, [1] * len(changes))
    at_once = place(tmp_path / "all.db", changes, [len(changes)])
    chance.shuffle(changes)
    sizes = []
    while (left := len(changes) - sum(sizes)) > 0:
        sizes.append(min(left, chance.randint(1, 12)))
    shuffled = place(tmp_path / "some.db", changes, sizes)
    assert one_by_one == at_once == shuffled


def test_a_change_that_stands_twice_in_a_page_is_kept_once(tmp_path: Path) -> None:
    changes = history(random.Random(1))
    assert len(place(tmp_path / "a.db", changes + changes[:5], [len(changes) + 5])) == len(changes)
