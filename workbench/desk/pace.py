"""How far an exchange has come and what it did, in a line: for the footer and for stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import labelled, listed, t, tn

if TYPE_CHECKING:
    from workbench.desk.sharing import Exchange

TELLING_SECONDS = 2.0
"""Before, a rate is a guess."""


class Pace:
    """Follows an exchange with one store; a new kind of work is timed from its own beginning."""

    def __init__(self, store: str = "") -> None:
        """Begin each line with the name of the store, if it is given."""
        self._store = store
        self._what = ""
        self._began = (0.0, 0)

    def line(self, what: str, done: int, total: int, now: float) -> str:
        """Return how far it has come: ``team: 1500 of 10000 received · 800/s · 11 s left``.

        Args:
            what: "received", "sent", or what else is counted.
            done: How many, so far.
            total: Of how many.
            now: Seconds of a steady clock.
        """
        if what != self._what:
            self._what, self._began = what, (now, done)
        counted = {
            "received": t("{done} of {total} received", done=done, total=total),
            "worked out": t("{done} of {total} worked out", done=done, total=total),
            "numbered": t("{done} of {total} numbered", done=done, total=total),
            "sent": t("{done} of {total} sent", done=done, total=total),
            "files received": t("{done} of {total} files received", done=done, total=total),
            "files sent": t("{done} of {total} files sent", done=done, total=total),
        }
        said = counted.get(what, f"{what} {done}/{total}")
        parts = [labelled(self._store, said) if self._store else said]
        seconds, count = now - self._began[0], done - self._began[1]
        if seconds >= TELLING_SECONDS and count:
            rate = count / seconds
            parts.append(t("{n}/s", n=round(rate) if rate >= 10 else round(rate, 1)))
            parts.append(_left((total - done) / rate))
        return " · ".join(parts)


def _left(seconds: float) -> str:
    if seconds < 90:
        return t("{n} s left", n=round(seconds))
    if seconds < 5400:
        return t("{n} min left", n=round(seconds / 60))
    return t("{n} h left", n=round(seconds / 3600, 1))


def summary(done: Exchange) -> str:
    """Return what an exchange did: sent, received, decisions, and what was set aside."""
    parts = [
        t("{count} sent", count=done.sent),
        t("{count} received", count=done.received),
        tn("{count} decision", "{count} decisions", done.decisions),
    ]
    if done.blobs_sent:
        parts.append(tn("{count} file sent", "{count} files sent", done.blobs_sent))
    if done.blobs_received:
        parts.append(tn("{count} file received", "{count} files received", done.blobs_received))
    if done.set_aside:
        parts.append(t("{count} set aside", count=done.set_aside))
    return listed(parts)
