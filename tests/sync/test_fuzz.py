"""Whatever stands in a store is read without a traceback, in bounded time and memory, and no feed
that is spoiled stops another."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from random import Random

import pytest

from tests.sync.places import STORE, DatabasePlace, FolderPlace
from tests.sync.pocket import Pocket
from tests.sync.team import Team
from workbench.sync import segment
from workbench.sync.remote import NoStore, Surprise

ROUNDS = 300
MOST = 64 * 1024 * 1024
"""How much memory one reader may take at most for what is small, even unpacked."""

BITS = (
    b"", b"\0", b"{", b"}", b"[" * 5000, b'"', b"\\", b"\n", b"\xff\xfe", b"9" * 5000, b"-1",
    b"1e999", b"NaN", b'{"v":1}', b"\xed\xa0\x80", b'"\\ud800"', b"true", b"null", b"\r", b"!",
    b"!!!!", b"0" * 64,
)  # fmt: skip


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Hold all of a test to an amount of memory."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST
    finally:
        tracemalloc.stop()


def spoiled(chance: Random, data: bytes) -> bytes:
    """Return bytes that were cut, turned, doubled, or have something else in them."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found) + 1)
        kind = chance.randrange(4)
        if kind == 0 and found:
            found[at % len(found)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del found[at : at + chance.randint(1, 40)]
        elif kind == 2:
            found[at:at] = chance.choice(BITS)
        else:
            found[at:at] = found[chance.randrange(len(found) + 1) :][:200]
    return bytes(found)


def change(chance: Random) -> bytes:
    """Return something like a change of a case."""
    body = {
        "v": 1, "k": chance.choice(("note", "set", "case", "edit", "hide", "att", "num", "x")),
        "c": "c" * 26, "h": f"{chance.randrange(1 << 60):016x}", "a": "anna", "r": "r" * 26,
        "n": "0" * 32, "p": [], "i": "i" * 26, "x": "桩", "f": "problem", "project": "nova",
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def test_segments(folder_place: FolderPlace) -> None:
    folder_place.create()
    chance = Random("segments")
    anna, boris = Pocket("anna"), Pocket("boris")
    with closing(folder_place.open()) as remote:
        remote.identify()
        batch = anna.push(remote, [change(chance) for _ in range(5)])
        boris.push(remote, [b'{"whole":1}'])
        name, data = segment.write(batch, STORE)
        content = zlib.decompress(data)
        for nth in range(ROUNDS):
            bad = spoiled(chance, data if nth % 3 else content)
            # Half of them bear the hash of what stands in them, so that all of it is read.
            if nth % 2:
                plain = bad
                with suppress(zlib.error):
                    plain = zlib.decompressobj().decompress(bad, 1 << 20)
                bad, name = plain, f"{name[:22]}{sha256(plain).hexdigest()[:32]}.seg"
            with suppress(segment.BadSegment):
                segment.read(name, bad, STORE, anna.feed)
            (folder_place.root / "feeds" / anna.feed / name).write_bytes(bad)
        newcomer = Pocket("newcomer")
        newcomer.pull(remote)
        assert boris.items[0] in newcomer.taken


@pytest.mark.parametrize("whole", [True, False])
def test_changes_that_are_none(team: Team, whole: bool) -> None:
    chance = Random(f"changes {whole}")
    stranger, other = Pocket("stranger"), team.join("anna")
    other.desk.note(other.desk.new("nova", "甲"), "别人的话")
    other.sync()
    with closing(team.place.open()) as remote:
        remote.identify()
        lines = [change(chance) for _ in range(150)]
        stranger.push(remote, lines if whole else [spoiled(chance, line) for line in lines])
    boris = team.join("boris")
    done = boris.sync()
    assert done.received >= len(other.ops())
    assert any(entry["text"] == "别人的话" for case in boris.cases() for entry in case["entries"])
    assert boris.desk.rebuild()["differences"] == []
    boris.desk.doctor()
    other.sync()
    team.agree()


def test_marks(folder_place: FolderPlace) -> None:
    folder_place.create()
    chance = Random("marks")
    path = folder_place.root / "casestore.json"
    whole = path.read_bytes()
    for _ in range(ROUNDS):
        path.write_bytes(spoiled(chance, whole))
        with closing(folder_place.open()) as remote, suppress(NoStore):
            remote.identify()


def test_rows(database_place: DatabasePlace) -> None:
    database_place.create()
    chance = Random("rows")
    anna, boris = Pocket("anna"), Pocket("boris")
    columns = ("bytes", "op_id", "chain")
    with closing(database_place.open()) as remote:
        remote.identify()
        anna.push(remote, [change(chance) + b" " * nth for nth in range(8)])
        boris.push(remote, [b'{"whole":1}'])
        with database_place.server.connect() as connection:
            for _ in range(ROUNDS // 10):
                column = chance.choice(columns)
                size = 32 if column != "bytes" else chance.randrange(300)
                connection.execute(
                    f"update casestore.op set {column} = %s where feed = %s and seq = %s",
                    [chance.randbytes(size), anna.feed, chance.randint(1, 8)],
                )
                newcomer = Pocket("newcomer")
                newcomer.pull(remote)
                assert boris.items[0] in newcomer.taken
                assert list(remote.damaged) in ([], [anna.feed])
                with suppress(Surprise):
                    boris.pull(remote)
