"""A look at a shared store that changes nothing: for ``doctor``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workbench.cases.errors import WorkbenchError
from workbench.cases.said import said
from workbench.local.known import Known
from workbench.local.stores import Store
from workbench.sync.folder import Folder
from workbench.sync.postgres import Postgres
from workbench.sync.remote import Remote, Surprise

PAGE = 500


class Survey(NamedTuple):
    """What was found. Files are told as feed/name; ``problem`` is why nothing more is known."""

    problem: str | None = None
    skew_ms: int | None = None
    to_receive: int = 0
    ignored: Sequence[str] = ()
    """Files of other programs: conflict copies, thumbnails, notes."""
    waiting: Sequence[str] = ()
    """Segments that are not whole yet."""
    damaged: Mapping[str, str] = {}
    """The feeds that are passed over from some point on, and why."""
    missing: Sequence[str] = ()
    """Segments that we have read and that are gone."""
    own_damaged: Sequence[str] = ()
    """Segments of our own feed that are not as we wrote them, or gone."""
    unredacted: Sequence[str] = ()
    """Segments that hold a text which was redacted since, as their owner was not here yet."""
    unerased: int = 0
    """Redacted texts of a database that whoever may take them out has not yet taken out."""


def survey(remote: Remote, store: Store, known: Known) -> Survey:
    """Look at all that is new in a store, without taking it."""
    try:
        identity = remote.identify()
        if store.store_id not in (None, identity.store_id):
            return Survey(
                said("it holds another store than the one that {store} was", store=store.name)
            )
        count = sum(_new(known, [item.op_id for item in b.items]) for b in remote.news(known))
        lost = remote.lost(known)
        found = Survey(
            skew_ms=remote.skew(),
            to_receive=count,
            damaged=dict(remote.damaged),
            missing=[src for src in lost if not _is_replaced(remote, src)],
            unredacted=[src for src in known.segment_rows.unredacted() if src not in lost],
        )
        if isinstance(remote, Folder):
            waiting = [f for f in remote.waiting if f.partition("/")[0] not in found.damaged]
            ignored = [*remote.strangers(), *remote.ignored]
            found = found._replace(
                waiting=waiting, ignored=ignored, own_damaged=remote.own_damage(known)
            )
        if isinstance(remote, Postgres):
            found = found._replace(unerased=remote.unerased(list(known.erased())))
    except Surprise as surprise:
        return Survey(
            said(
                "it is not as we left it ({why}); the next sync reads all of it again",
                why=surprise.why,
            )
        )
    except WorkbenchError as error:
        return Survey(error.args[0])
    return found


def _is_replaced(remote: Remote, src: str) -> bool:
    """True for a segment that its owner packed, or that somebody wrote anew without a text."""
    return isinstance(remote, Folder) and remote.is_replaced(src)


def _new(known: Known, op_ids: list[bytes]) -> int:
    """Return how many of these changes this copy does not hold."""
    parts = (op_ids[start : start + PAGE] for start in range(0, len(op_ids), PAGE))
    return sum(len(part) - len(known.here(part)) for part in parts)
