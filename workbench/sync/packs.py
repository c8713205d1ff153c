"""Packs: segments that hold many neighbouring smaller ones, so that a newcomer opens few files.

"Only the owner packs, and only its own feed." "A pack covers exactly the range of its parts, and a
full one is never written again": 32 neighbours of one level become one of the next, so a change is
written once for each level and no more. The parts stay for a month beside their pack, for readers
to which the pack comes late.

A pack is a segment like any other. A reader proves from its content which parts it holds: a part's
name is the hash of what stands in it, so two histories of one feed are never taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from workbench.cases.feed import Batch, Item, link
from workbench.local.database import Database
from workbench.local.known import Known
from workbench.local.levels import Levels
from workbench.local.points import reached
from workbench.local.stores import Store
from workbench.sync import segment
from workbench.sync.remote import Remote

FAN = 32
"""How many neighbours become one."""
FULL = segment.MAX_UNPACKED - 4096
"""How many bytes the changes of a pack may take, before its header."""
ENOUGH = FULL // 4
"""From how many bytes on a segment counts as full, and is not worth writing again."""
KEPT_MS = 30 * 86_400_000
"""How long the parts of a pack stay beside it."""

# --- the owner ----------------------------------------------------------------------------------


class Packer:
    """Packs our feed in one store; all our segments must be in the store."""

    def __init__(self, db: Database, store: Store, known: Known, remote: Remote) -> None:
        self._db = db
        self._known = known
        self._remote = remote
        self._levels = Levels(db, store, known.feed)

    def keep(self, now: int) -> None:
        """Pack where there is enough to pack, and remove the parts of older packs."""
        if not self._levels.live():
            return
        live = self._settle(now)
        while (pack := self._next(live)) is not None:
            reached("pack:before-append")
            name = self._remote.append(pack)
            reached("pack:after-append")
            with self._db.write("pack"):
                self._known.wrote(replace(pack, name=name))
            live = self._settle(now)
        self._remove(live, now - KEPT_MS)

    def _settle(self, now: int) -> list[Any]:
        """Note which of our segments a wider one holds; return the others.

        That is seen from their ranges, so that a pack is known as one that was written just before
        a crash, and a part as one that something brought back.
        """
        covered, widest = _nested(self._levels.live())
        if covered:
            with self._db.write("pack"):
                for name in covered:
                    self._levels.cover(name, now)
                for name, level in widest.items():
                    self._levels.place(name, level)
        return self._levels.live()

    def _next(self, live: Sequence[Any]) -> Batch | None:
        """Return the next pack to write; note which segments are full."""
        for run in _runs(live):
            while len(run) >= FAN:
                items = self._joined(run[:FAN])
                if items is not None:
                    before = self._known.own_chain(run[0]["first"] - 1)
                    assert before is not None
                    return Batch(self._known.feed, run[0]["first"], before, items)
                with self._db.write("pack"):
                    self._levels.place(run[0]["name"], None)
                run = run[1:]
        return None

    def _joined(self, run: Sequence[Any]) -> list[Item] | None:
        """Return the changes of as many segments as one pack can hold; None for a full one."""
        joined: list[Item] = []
        room = FULL
        for nth, row in enumerate(run):
            items = self._whole(row).items
            size = sum(map(segment.room, items))
            room -= size
            if room < 0 or (nth == 0 and size >= ENOUGH):
                return joined if nth > 1 else None
            joined += items
        return joined

    def _remove(self, live: Sequence[Any], before: int) -> None:
        """Remove the parts that have long been in a pack, once that was seen to be whole."""
        due = self._levels.covered(before)
        for pack in live if due else ():
            names = [row["name"] for row in due if _holds(pack, row)]
            # Appending looks into the file that is there, and writes it again if it is damaged.
            if not names or self._remote.append(self._whole(pack)) != pack["name"]:
                continue
            reached("pack:before-discard")
            self._remote.discard(self._known.feed, names)
            with self._db.write("pack"):
                for name in names:
                    self._known.segment_rows.drop(f"{self._known.feed}/{name}")

    def _whole(self, row: Any) -> Batch:
        """Return what stands in a segment of ours; all of it has its number in our feed."""
        batch = self._known.outbox.between(row["first"], row["last"])
        assert batch is not None
        return batch


def _nested(live: Sequence[Any]) -> tuple[list[str], dict[str, int]]:
    """Return the names of the segments that lie in a wider one, and the levels that these have."""
    covered: list[str] = []
    levels: dict[str, int] = {}
    widest = live[0]
    for row in live[1:]:
        if not _holds(widest, row) or _holds(row, widest):
            widest = row
            continue
        covered.append(row["name"])
        level = levels.get(widest["name"], widest["level"])
        if level is not None and level <= (row["level"] or 0):
            levels[widest["name"]] = (row["level"] or 0) + 1
    return covered, levels


def _runs(live: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield segments of one level that stand one behind the other, without the full ones."""
    run: list[Any] = []
    for row in live:
        if run and (row["level"], row["first"]) != (run[-1]["level"], run[-1]["last"] + 1):
            yield run
            run = []
        if row["level"] is not None:
            run.append(row)
    yield run


def _holds(pack: Any, part: Any) -> bool:
    return bool(pack["first"] <= part["first"] and part["last"] <= pack["last"])


# --- readers ------------------------------------------------------------------------------------


def widest_first(names: Iterable[str]) -> list[str]:
    """Return the names of segments in the order in which to read them: packs before their parts."""

    def order(name: str) -> tuple[int, int]:
        first, last = segment.range_of(name)
        return first, -last

    return sorted(names, key=order)


def length(names: Iterable[str]) -> int:
    """Return how many numbers of a feed these segments hold, each counted once."""
    total = end = 0
    for first, last in sorted(map(segment.range_of, names)):
        total += max(0, last - max(end, first - 1))
        end = max(end, last)
    return total


def held(batch: Batch, names: Iterable[str], store_id: str) -> list[str]:
    """Return those of these names whose segments hold nothing but what is in the batch, too.

    "A name is the hash of what stands in the segment", so they need not be opened to know that.
    """
    found = []
    chains = [batch.chain_before]
    for name in names:
        first, last = segment.range_of(name)
        if first < batch.first or last > batch.last or first > last or name == batch.name:
            continue
        if len(chains) == 1:
            for item in batch.items:
                chains.append(link(chains[-1], item.op_id))
        start = first - batch.first
        items = batch.items[start : last - batch.first + 1]
        if segment.name(Batch(batch.feed, first, chains[start], items), store_id) == name:
            found.append(name)
    return found
