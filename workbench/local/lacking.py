"""Changes of which a store has only what a redaction leaves, while no redaction is known here.

The redaction may come yet. Or it is lost: its file was damaged before anybody read it, and whoever
wrote it went back to a backup. "Nobody's words are ever lost": then whoever has them offers them
again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from workbench.local.database import Database
from workbench.local.segments import DAY_MS
from workbench.local.stores import LACKING, Store

_WHOLE = (
    "SELECT o.id, hex(o.op_id) FROM op o WHERE o.op_id IN ({}) AND o.bytes IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.store = ? AND b.op = o.id)"
    " AND (o.mine OR NOT ?)"
)
"""Those of some changes that are here with their words, and not in our own feed; to a store that
gets our own only, only those."""
_OF_SOURCE = " AND EXISTS (SELECT 1 FROM seen s WHERE s.store = ? AND s.op = o.id AND s.src = ?)"


class Lacking:
    """Such changes of one store, each with the time since which it is known."""

    def __init__(self, database: Database, store: Store) -> None:
        self._db = database
        self._id = store.id
        self._own_only = store.own_only
        self._name = LACKING.format(store.id)

    def note(self, erased: Iterable[bytes], src: str, now: int) -> None:
        """Remember those of the changes erased in a batch whose words are here, and which nothing
        else proves to stand in the store; inside a transaction."""
        rows = self._db.rows_in(
            _WHOLE + _OF_SOURCE, erased, self._id, self._own_only, self._id, src
        )
        if rows:
            self._write({sign: now for _, sign in rows} | self._read())

    def proved(self, whole: Iterable[bytes], src: str) -> None:
        """Take note that a batch has some changes with their words; inside a transaction."""
        since = self._read()
        if not since:
            return
        came = [op_id for op_id in whole if since.pop(op_id.hex().upper(), None) is not None]
        if came:
            self.prove(came, src)
            self._write(since)

    def prove(self, whole: Iterable[bytes], src: str) -> None:
        """Count on a batch for these changes, whatever stands in others; inside a transaction."""
        self._db.connection.executemany(
            "UPDATE seen SET src = ? WHERE store = ? AND op = (SELECT id FROM op WHERE op_id = ?)",
            [(src, self._id, op_id) for op_id in whole],
        )

    def offer_again(self, now: int, *, at_once: bool) -> int:
        """Offer what has been lacking for a day, or all of it; inside a transaction.

        Returns:
            How many changes that are.
        """
        # Not later than now: it may have been noted while this clock was far ahead.
        since = {i: min(at, now) for i, at in self._read().items()}
        rows = self._db.rows_in(_WHOLE, map(bytes.fromhex, since), self._id, self._own_only)
        whole = {sign: op for op, sign in rows}
        due = {i for i in whole if at_once or now - since[i] >= DAY_MS}
        for sign in due:
            self._db.run("DELETE FROM seen WHERE store = ? AND op = ?", self._id, whole[sign])
            self._db.run(
                "UPDATE store SET watermark = min(watermark, ?) WHERE id = ?",
                whole[sign] - 1,
                self._id,
            )
        self._write({i: at for i, at in since.items() if i in whole and i not in due})
        return len(due)

    def count(self) -> int:
        """Return how many changes are known to be lacking."""
        return len(self._read())

    def _read(self) -> dict[str, int]:
        value = self._db.value("SELECT value FROM meta WHERE name = ?", self._name)
        return dict(json.loads(value)) if value else {}

    def _write(self, since: dict[str, int]) -> None:
        if since:
            self._db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", self._name, json.dumps(since))
        else:
            self._db.run("DELETE FROM meta WHERE name = ?", self._name)
