"""What the screen does about shared stores: it starts exchanges, and says how they went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual.message import Message

from workbench.cases.errors import Stopped
from workbench.desk.pace import summary
from workbench.language import explained, labelled, t, told
from workbench.tui.moments import ago
from workbench.tui.syncing import Schedule, Synced, Syncer

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.desk.desk import Standing
    from workbench.tui.application import Workbench

GOES_ON = "⇅"
"""Stands before the progress of an exchange."""


class SyncProgressed(Message):
    """An exchange came further."""

    def __init__(self, line: str) -> None:
        """Say how far."""
        super().__init__()
        self.line = line


class SyncEnded(Message):
    """The exchange with all stores ended."""

    def __init__(self, synced: Sequence[Synced]) -> None:
        """Say how it went with each."""
        super().__init__()
        self.synced = synced


class Sharing:
    """The exchanges of one screen: those that a person asks for, and those by the clock."""

    def __init__(self, bench: Workbench, minutes: int) -> None:
        """Exchange for ``bench`` every so many minutes; 0: only when asked to."""
        self._bench = bench
        self._schedule = Schedule.beginning(minutes, bench.clock())
        self._syncer = Syncer(
            self._open_desk,
            lambda line: bench.main.post_message(SyncProgressed(line)),
            lambda synced: bench.main.post_message(SyncEnded(synced)),
        )
        self._line = ""
        self._is_asked = False
        self._unreached = ""

    def _open_desk(self) -> Desk:
        desk = self._bench.desk
        return type(desk).open(desk.path, desk.author, clock=self._bench.clock)

    @property
    def is_running(self) -> bool:
        """Whether an exchange goes on."""
        return self._syncer.is_running

    # -- acts ------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin to exchange; where that goes on already, stop it."""
        if not self.is_running:
            self._begin(is_asked=True)
            return
        self._syncer.stop()
        self._line = t("stopping…")
        self._bench.main.show_standing()

    def tick(self) -> None:
        """Exchange if it is time to."""
        due = self._schedule.is_due(self._bench.clock())
        if due and not self.is_running and self._bench.desk.stores():
            self._begin(is_asked=False)

    def set_minutes(self, minutes: int) -> None:
        """Exchange every so many minutes from now on; 0: only when asked to."""
        self._schedule = Schedule.beginning(minutes, self._bench.clock())

    def close(self) -> None:
        """Stop what goes on."""
        self._syncer.close()

    def _begin(self, *, is_asked: bool) -> None:
        self._is_asked = is_asked
        self._line = t("syncing…")
        if is_asked:
            self._bench.hush()  # what failed before would stand over how far it has come
        self._syncer.start()
        self._bench.main.show_standing()

    # -- what happened ---------------------------------------------------------------------------

    def progressed(self, line: str) -> None:
        """Show how far it has come."""
        if self._syncer.is_running and not self._syncer.is_stopping:
            self._line = line

    def ended(self, synced: Sequence[Synced]) -> None:
        """Say in one line how it went, unless nobody asked and nothing is new."""
        self._line = ""
        errors = [one.error for one in synced if one.error is not None]
        stopped = any(isinstance(error, Stopped) for error in errors)
        self._unreached = next((one.store for one in synced if _is_unreached(one)), "")
        self._schedule.ended(self._bench.clock(), well=stopped or not errors)
        first_trouble = bool(errors) and self._schedule.failures <= 1
        if self._is_asked or first_trouble or any(map(_is_news, synced)):
            self._bench.say(" ".join(map(_sentence, synced)), _severity(synced))

    def segment(self, standing: Standing) -> str:
        """Return what the footer says: progress, else what is unsent and the last success."""
        if self._line:
            return f"{GOES_ON} {self._line}"
        if not standing.stores:
            return ""
        parts = [t("↑{n} unsent", n=standing.unsent)] if standing.unsent else []
        if self._unreached:
            parts.append(t("{store} not reached", store=self._unreached))
        if standing.synced_at is None:
            parts.append(t("never synced"))
        else:
            when = ago(standing.synced_at, self._bench.clock())
            parts.append(t("synced {when}", when=when))
        return " · ".join(parts)


def _is_unreached(one: Synced) -> bool:
    from workbench.sync.remote import NoStore, Unreachable

    return isinstance(one.error, (Unreachable, NoStore))


def _is_news(one: Synced) -> bool:
    done = one.done
    return done is not None and bool(done.sent or done.received or done.set_aside)


def _sentence(one: Synced) -> str:
    if one.done is not None:
        said = t("{store}: {done}.", store=one.store, done=summary(one.done))
        return " ".join([said, *map(told, one.done.notes)])
    error = one.error
    if isinstance(error, Stopped):
        return t("{store}: stopped; the next sync goes on from there.", store=one.store)
    why = "" if error is None else explained(error)
    return labelled(one.store, why) if one.store else why


def _severity(synced: Sequence[Synced]) -> Literal["information", "warning", "error"]:
    if any(one.error is not None and not isinstance(one.error, Stopped) for one in synced):
        return "error"
    done = [one.done for one in synced if one.done is not None]
    if any(each.decisions or each.set_aside or each.notes for each in done):
        return "warning"
    return "information"
