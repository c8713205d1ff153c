"""Drafts: text that is being written. Local, never synchronised, never lost.

"Two windows on one entry have two drafts." Each is durable when ``save`` returns.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from workbench.cases.errors import NotFound
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.local import process
from workbench.local.database import Database

Kind = Literal["note", "reply", "edit", "problem", "title", "new"]
KEPT_MS = 30 * 86_400_000
"""How long a discarded draft can be brought back."""
LINE = 4
"""A shorter line of a redacted text is too common to be looked for by itself."""


class Draft(Record):
    """A draft. ``seen`` names the versions on the screen when it was opened, None if not known.

    ``target`` is the entry that it edits or answers, for a new case its project; ``owner_alive``
    tells whether the process that holds it open still runs; times in ms since 1970.
    """

    id: str
    case_id: str | None
    kind: Kind
    target: str | None
    text: str
    cursor: int
    speaker: str | None
    seen: tuple[str, ...] | None
    opened_at: int
    saved_at: int
    discarded_at: int | None
    owner_alive: bool
    mine: bool
    """True when this very process holds it."""


class Drafts:
    """The drafts of this copy."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._process = process.own()

    def open(
        self,
        draft_id: str,
        case_id: str | None,
        kind: Kind,
        *,
        target: str | None,
        seen: tuple[str, ...] | None,
        now: int,
    ) -> Draft:
        """Make a draft's row."""
        with self._db.write("draft"):
            self._db.run(
                "INSERT INTO draft (id, case_uid, kind, target, text, seen, opened_at, saved_at,"
                " process) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?)",
                draft_id,
                case_id,
                kind,
                target,
                json.dumps(seen),
                now,
                now,
                self._process,
            )
        return self.get(draft_id)

    def save(self, draft_id: str, text: str, *, cursor: int, speaker: str | None, now: int) -> None:
        """Keep what is written so far; whoever saves a draft holds it.

        Raises:
            NotFound: it was finished or discarded in another window.
        """
        with self._db.write("draft"):
            done = self._db.run(
                "UPDATE draft SET text = ?, cursor = ?, speaker = ?, saved_at = ?, process = ?"
                " WHERE id = ?",
                _storable(text),
                cursor,
                speaker,
                now,
                self._process,
                draft_id,
            )
            if not done.rowcount:
                raise NotFound(said("this draft was finished in another window"))

    def get(self, draft_id: str) -> Draft:
        """Return a draft.

        Raises:
            NotFound: there is none of this id.
        """
        row = self._db.row("SELECT * FROM draft WHERE id = ?", draft_id)
        if row is None:
            raise NotFound(said("no draft {draft_id}", draft_id=draft_id))
        return self._draft(row)

    def all(self, case_id: str | None = None, *, discarded: bool = False) -> list[Draft]:
        """Return the drafts with words in them, the oldest first."""
        rows = self._db.rows(
            "SELECT * FROM draft WHERE text <> '' AND (discarded_at IS NOT NULL) = ?"
            " AND (? IS NULL OR case_uid = ?) ORDER BY opened_at, id",
            discarded,
            case_id,
            case_id,
        )
        return [self._draft(row) for row in rows]

    def discard(self, draft_id: str, now: int) -> None:
        """Put a draft aside; it can be brought back for 30 days. One without words goes at once."""
        with self._db.write("draft"):
            self._db.run("UPDATE draft SET discarded_at = ? WHERE id = ?", now, draft_id)
            self._db.run(
                "DELETE FROM draft WHERE id = ? AND text = '' OR discarded_at < ?",
                draft_id,
                now - KEPT_MS,
            )

    def restore(self, draft_id: str) -> Draft:
        """Bring a discarded draft back."""
        with self._db.write("draft"):
            self._db.run(
                "UPDATE draft SET discarded_at = NULL, process = ? WHERE id = ?",
                self._process,
                draft_id,
            )
        return self.get(draft_id)

    def finish(self, draft_id: str) -> None:
        """Take a draft away, inside the transaction that writes its words."""
        self._db.run("DELETE FROM draft WHERE id = ?", draft_id)

    def rescue(
        self,
        draft_id: str,
        case_id: str,
        kind: Kind,
        target: str | None,
        text: str,
        now: int,
        change: str,
    ) -> None:
        """Keep words that can't stay where they were written, inside a transaction.

        Args:
            change: the name of the change that said them.
        """
        self._db.run(
            "INSERT INTO draft (id, case_uid, kind, target, text, seen, opened_at, saved_at,"
            " process, rescued, untold) VALUES (?, ?, ?, ?, ?, '[]', ?, ?, '', ?, 1)",
            draft_id,
            case_id,
            kind,
            target,
            text,
            now,
            now,
            change,
        )

    def let_go(self, changes: Sequence[str]) -> list[tuple[str, str | None]]:
        """Forget words that were rescued from changes at which a redaction was aimed after all,
        inside a transaction; what their author made of them since stays.

        Args:
            changes: the names of these changes; their ids find what older versions rescued.

        Returns:
            The cases and the texts, None where only what stood there before has to be forgotten.
        """
        rows = self._db.rows_in(
            "SELECT id, case_uid, text, saved_at = opened_at AS same FROM draft"
            " WHERE rescued IN ({})",
            changes,
        )
        for row in rows:
            if row["same"]:
                self._db.run("DELETE FROM draft WHERE id = ?", row["id"])
        return [(row["case_uid"], row["text"] if row["same"] else None) for row in rows]

    def untold(self) -> list[str]:
        """Return the cases of rescued words of which nobody was told; from then on, they were."""
        rows = self._db.rows("SELECT DISTINCT case_uid FROM draft WHERE untold")
        if rows:
            with self._db.write("draft"):
                self._db.run("UPDATE draft SET untold = 0 WHERE untold")
        return [row["case_uid"] for row in rows]

    def redact(
        self, case_id: str, texts: Sequence[str], mark: str, *, rescued: bool = True
    ) -> None:
        """Take texts, and lines of them, out of the drafts of a case, inside a transaction.

        Args:
            rescued: false leaves those whose words a redaction that had not seen them took out:
                they are kept whole, whoever said the same besides.
        """
        lines = {line.strip() for text in texts for line in text.split("\n")}
        secrets = [*texts, *(line for line in lines if len(line) >= LINE)]
        secrets.sort(key=len, reverse=True)
        rows = self._db.rows(
            "SELECT id, text FROM draft WHERE case_uid = ? AND (? OR rescued IS NULL)",
            case_id,
            rescued,
        )
        for row in rows:
            text = row["text"]
            for secret in secrets:
                text = text.replace(secret, mark)
            if text != row["text"]:
                self._db.run("UPDATE draft SET text = ? WHERE id = ?", text, row["id"])

    def _draft(self, row: Any) -> Draft:
        return Draft(
            id=row["id"],
            case_id=row["case_uid"],
            kind=row["kind"],
            target=row["target"],
            text=row["text"],
            cursor=row["cursor"],
            speaker=row["speaker"],
            seen=None if row["seen"] == "null" else tuple(json.loads(row["seen"])),
            opened_at=row["opened_at"],
            saved_at=row["saved_at"],
            discarded_at=row["discarded_at"],
            owner_alive=process.alive(row["process"]),
            mine=row["process"] == self._process,
        )


def _storable(text: str) -> str:
    """Return the text without halves of characters, which SQLite can't bind."""
    return text.encode("utf-8", "replace").decode()
