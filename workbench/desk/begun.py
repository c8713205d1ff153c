"""What a desk does with text that is begun; the doing is in ``drafting`` and below the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cases.model import HistoryItem
from workbench.desk.tools import Seen, Tools, Written

if TYPE_CHECKING:
    from workbench.exchange.pasted import Said
    from workbench.local.drafts import Draft, Kind


class Begun:
    """The part of the desk at which text lies that is not finished."""

    _tools: Tools

    def news_of_drafts(self) -> Sequence[str]:
        """Say once which words became drafts while nobody looked, one sentence a case."""
        if self._tools.db.value("SELECT 1 FROM draft WHERE untold LIMIT 1") is None:
            return ()
        from workbench.desk import drafting

        return drafting.rescued(self._tools)

    def drafts(self, case_id: str | None = None) -> Sequence[Draft]:
        """Return the open drafts with words in them, the oldest first."""
        return self._tools.drafts.all(case_id)

    def discarded_drafts(self) -> Sequence[Draft]:
        """Return what was discarded in the last 30 days."""
        return self._tools.drafts.all(discarded=True)

    def open_draft(
        self,
        case_id: str | None,
        kind: Kind,
        *,
        target: str | None = None,
        seen: Seen | None = None,
    ) -> Draft:
        """Begin a draft: always a new one, for two windows have two.

        Args:
            case_id: None for a new case.
            target: the entry that is edited or answered; the project of a new case.
            seen: the names of the versions on the screen; () if there was none, None if unknown.
        """
        tools = self._tools
        return tools.drafts.open(
            tools.pen.new_id(), case_id, kind, target=target, seen=seen, now=tools.clock()
        )

    def save_draft(
        self, draft_id: str, text: str, *, cursor: int = 0, speaker: str | None = None
    ) -> None:
        """Keep what is written so far; it is durable when this returns."""
        tools = self._tools
        tools.drafts.save(draft_id, text, cursor=cursor, speaker=speaker, now=tools.clock())

    def discard_draft(self, draft_id: str) -> None:
        """Put a draft aside; it can be brought back for 30 days."""
        self._tools.drafts.discard(draft_id, self._tools.clock())

    def restore_draft(self, draft_id: str) -> Draft:
        """Bring a discarded draft back."""
        return self._tools.drafts.restore(draft_id)

    def finish_draft(
        self,
        draft_id: str,
        text: str,
        *,
        speaker: str | None = None,
        happened: str | None = None,
        title: str | None = None,
    ) -> Written:
        """Write what the draft was for, and close it, in one transaction."""
        from workbench.desk import drafting

        return drafting.finish(
            self._tools, draft_id, text, speaker=speaker, happened=happened, title=title
        )

    def take_apart(self, draft_id: str, text: str) -> Sequence[Said]:
        """Return the entries, with speakers, that a pasted chat in a new entry is made of."""
        from workbench.desk import drafting

        return drafting.take_apart(self._tools, draft_id, text)

    def finish_apart(self, draft_id: str, several: Sequence[Said]) -> Written:
        """Write the entries that a draft was taken apart into, and close it, as one act."""
        from workbench.desk import drafting

        return drafting.finish_apart(self._tools, draft_id, several)

    def meanwhile(self, draft_id: str) -> HistoryItem | None:
        """Return the newest change of a draft's target that the draft has not seen."""
        from workbench.desk import drafting

        return drafting.meanwhile(self._tools, draft_id)
