"""What the store lacks though somebody has read it there: offered again, so that nothing is lost.

Not at once: a folder that is still being copied looks like one from which something is gone.
"""

from __future__ import annotations

from workbench.cases.said import Said, counted
from workbench.local.database import Database
from workbench.local.known import Known
from workbench.sync.contents import FileExchange
from workbench.sync.remote import Remote


class Healer:
    """Offers it to one store, after a day or when asked to."""

    def __init__(
        self,
        database: Database,
        known: Known,
        remote: Remote,
        files: FileExchange,
        *,
        own_only: bool,
        at_once: bool,
    ) -> None:
        """Get ready.

        Args:
            files: whose contents may be gone with what tells of them.
            own_only: the store gets our own changes only.
            at_once: wait no day, and look into all batches.
        """
        self._db = database
        self._known = known
        self._remote = remote
        self._files = files
        self._own_only = own_only
        self._at_once = at_once

    def heal(self, now: int) -> list[Said]:
        """Offer what is lacking, behind a pull; return what a person is to be told."""
        return [*self._batches(now), *self._texts(now)]

    def _batches(self, now: int) -> list[Said]:
        """Offer again what stood in batches that are gone, after a day or when asked to.

        A repair also counts those as gone whose bytes are others than their name says.
        """
        notes: list[Said] = []
        lost = self._remote.lost(self._known, thorough=self._at_once)
        segments = self._known.segment_rows
        if not lost and not segments.missing():
            return notes
        with self._db.write("heal"):
            due = segments.missed(lost, now, at_once=self._at_once)
            segments.offer_again(due)
        if due:
            self._files.doubt()
            notes.append(self._gone(len(due)))
        if waiting := segments.missing():
            notes.append(
                counted(
                    "{count} batch of others is gone from the store; if it is not back within a"
                    " day, its changes are offered again (at once: sync --repair)",
                    "{count} batches of others are gone from the store; if they are not back within"
                    " a day, their changes are offered again (at once: sync --repair)",
                    waiting,
                )
            )
        return notes

    def _gone(self, count: int) -> Said:
        if self._own_only:
            return counted(
                "{count} batch of others is gone from the store; of its changes those are offered"
                " again on which yours build, the others' authors have to send theirs",
                "{count} batches of others are gone from the store; of their changes those are"
                " offered again on which yours build, the others' authors have to send theirs",
                count,
            )
        return counted(
            "{count} batch of others is gone from the store; its changes are offered again",
            "{count} batches of others are gone from the store; their changes are offered again",
            count,
        )

    def _texts(self, now: int) -> list[Said]:
        """Offer again what the store has without its words, after a day or when asked to.

        By then the redaction that took them out would have come, if there is one.
        """
        lacking = self._known.lacking
        notes: list[Said] = []
        if not lacking.count():
            return notes
        with self._db.write("heal"):
            offered = lacking.offer_again(now, at_once=self._at_once)
        if offered:
            notes.append(
                counted(
                    "{count} text was taken out of the store, and no redaction of it is there; it"
                    " is offered again",
                    "{count} texts were taken out of the store, and no redaction of them is there;"
                    " they are offered again",
                    offered,
                )
            )
        if waiting := lacking.count():
            notes.append(
                counted(
                    "{count} text was taken out of the store, and no redaction of it is there; if"
                    " none comes within a day, it is offered again (at once: sync --repair)",
                    "{count} texts were taken out of the store, and no redaction of them is there;"
                    " if none comes within a day, they are offered again (at once: sync --repair)",
                    waiting,
                )
            )
        return notes
