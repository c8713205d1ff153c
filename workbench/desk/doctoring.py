"""``doctor``: whether the file, what is kept in it and the shared stores are sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.cases.clock import DRIFT, YEAR_2020
from workbench.cases.errors import WorkbenchError
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.desk import sharedpages, sharing
from workbench.desk.json import iso
from workbench.desk.tools import Tools
from workbench.local import health, process, sums
from workbench.local.blobs import Blobs
from workbench.local.known import Known
from workbench.local.outbox import Outbox
from workbench.local.rebuild import rebuild
from workbench.local.stores import Store, Stores

Progress = Callable[[int, int], None]


class Finding(Record):
    """One thing that a person should know. ``problem`` is false for what needs no repair.

    ``code`` says which it is, ``values`` fill in its sentence.
    """

    code: str
    problem: bool
    values: dict[str, Any]


class Health(Record):
    """What was looked at, for scripts, and what of it a person should know."""

    report: dict[str, Any]
    findings: tuple[Finding, ...]


def examine(tools: Tools, *, repair: bool = False, progress: Progress | None = None) -> Health:
    """Look at everything, and mend what can be made again from the log."""
    report: dict[str, Any] = {"ok": True, "file": str(tools.db.path)}
    mended = _mend(tools, progress) if repair else []
    found: list[Finding] = []

    def say(code: str, problem: bool, **values: Any) -> None:
        found.append(Finding(code, problem, values))

    _file(tools, report, say)
    if not report["integrity"]:
        _log(tools, report, say)
        _tables(tools, report, say, progress, compared=repair)
        _clock(tools, report, say)
        _files(tools, report, say)
        report["stores"] = [_store(tools, store, say) for store in Stores(tools.db).all()]
    report["repaired"] = mended
    report["ok"] = not any(finding.problem for finding in found)
    return Health(report, tuple(found))


def remake(tools: Tools, progress: Progress | None = None) -> dict[str, Any]:
    """Make every derived table again from the log; return what ``rebuild`` tells.

    Raises:
        WorkbenchError: the file is damaged, and the tables may hold words that the log lost.
    """
    if health.log_loss(tools.db):
        raise WorkbenchError(
            said("the file is damaged, and its tables may hold words that the log lost"),
            said("workbench doctor says where; bring back a backup. Nothing was written."),
        )
    return rebuild(tools.db, progress)


Say = Callable[..., None]


def _mend(tools: Tools, progress: Progress | None) -> list[str]:
    """Make again what can be; return what was not right before."""
    mended = []
    if health.integrity(tools.db):
        health.mend_indices(tools.db)
        if not health.integrity(tools.db):
            mended.append("indices")
    holder = tools.db.value("SELECT value FROM meta WHERE name = 'exchanging'")
    if holder is not None and not process.alive(holder):
        with tools.db.write("turn"):
            tools.db.run("DELETE FROM meta WHERE name = 'exchanging'")
        mended.append("turn")
    if health.counts(tools.db)["stale"]:
        tools.go_on()
        mended.append("stale")
    if Blobs(tools.db).check():
        mended.append("files")
    if not health.log_loss(tools.db):
        mended += [found["table"] for found in rebuild(tools.db, progress)["differences"]]
    for store in Stores(tools.db).all():
        if store.id in health.gaps(tools.db):
            with tools.db.write("reset"):
                Known(tools.db, store).reset(tools.pen.new_id())
            mended.append(f"store {store.name}")
    return mended


def _file(tools: Tools, report: dict[str, Any], say: Say) -> None:
    report["integrity"] = health.integrity(tools.db)
    if report["integrity"]:
        say("integrity", True, count=len(report["integrity"]), first=report["integrity"][0])


def _log(tools: Tools, report: dict[str, Any], say: Say) -> None:
    report |= health.counts(tools.db)
    report["damaged"] = health.damaged(tools.db)
    report["set_aside"] = [
        found | {"received_at": found["received_at"] and iso(found["received_at"])}
        for found in health.set_aside(tools.db)
    ]
    for code, problem, count in (
        ("damaged", True, len(report["damaged"])),
        ("bad", False, report["bad"]),
        ("unknown", False, report["unknown"]),
    ):
        if count:
            say(code, problem, count=count)


def _tables(
    tools: Tools, report: dict[str, Any], say: Say, progress: Progress | None, *, compared: bool
) -> None:
    """Compare the tables with the log where that takes seconds, else only count."""
    report["uncounted"] = health.uncounted(tools.db) + sums.wrong(tools.db)
    report["compared"] = compared or report["changes"] <= health.SMALL
    report["differences"] = []
    if report["compared"] and not compared and not report["stale"] and not report["damaged"]:
        found = rebuild(tools.db, progress, dry_run=True)
        report["differences"] = found["differences"]
    wrong = sum(max(d["missing"], d["extra"]) for d in report["differences"])
    if report["damaged"]:
        pass  # what differs may be what the log lost
    elif wrong or report["uncounted"]:
        say("tables", True, count=wrong or report["uncounted"])
    elif not report["compared"]:
        say("not_compared", False, count=report["changes"])
    if report["stale"]:
        say("stale", True, count=report["stale"])
    report["unfinished_imports"] = [
        found | {"imported_at": iso(found["imported_at"])}
        for found in health.unfinished_imports(tools.db)
    ]
    for found in report["unfinished_imports"]:
        say("unfinished_import", True, page=found["page"] or "?")


def _clock(tools: Tools, report: dict[str, Any], say: Say) -> None:
    now = tools.clock()
    newest, ahead = health.times(tools.db, now)
    report["clock"] = {"now": iso(now), "newest": iso(newest) if newest else None, "ahead": ahead}
    if now < YEAR_2020:
        say("clock_unset", True)
    elif newest > now + DRIFT:
        from workbench.sync.clocks import apart

        say("clock_behind", True, apart=apart(newest - now))
    if ahead:
        say("clocks_ahead", False, count=ahead)


def _files(tools: Tools, report: dict[str, Any], say: Say) -> None:
    """Compare the contents of files with their names; what is not here comes when it is opened."""
    damaged = Blobs(tools.db).unsound()
    here, away = health.files(tools.db)
    report["files"] = {"here": here, "not_here": away, "damaged": damaged}
    if damaged:
        say("files_damaged", True, count=len(damaged))


def _store(tools: Tools, store: Store, say: Say) -> dict[str, Any]:
    from workbench.sync.clocks import REFUSE, apart
    from workbench.sync.survey import Survey, survey

    try:
        remote = sharing.open_remote(tools, store)
        try:
            found = survey(remote, store, Known(tools.db, store))
        finally:
            remote.close()
    except WorkbenchError as error:
        found = Survey(error.args[0])
    told = found._asdict() | {
        "name": store.name,
        "reachable": found.problem is None,
        "synced_at": None if store.synced_at is None else iso(store.synced_at),
        "unsent": Outbox(tools.db, store).unsent(),
        "unsent_files": len(Blobs(tools.db).unsent(store.id)),
        "unsent_pages": sharedpages.unsent(tools, store),
    }
    if store.id in health.gaps(tools.db):
        say("gap", True, store=store.name)
    if found.problem is not None:
        say("store_away", False, store=store.name, why=found.problem)
    if found.skew_ms is not None and abs(found.skew_ms) > REFUSE:
        code = "clock_ahead_of_store" if found.skew_ms > 0 else "clock_behind_store"
        say(code, True, store=store.name, apart=apart(found.skew_ms))
    for feed, why in found.damaged.items():
        say("feed_damaged", True, store=store.name, feed=feed, why=why)
    if found.own_damaged:
        count, first = len(found.own_damaged), found.own_damaged[0]
        say("own_damaged", True, store=store.name, count=count, first=first)
    for code in ("ignored", "waiting", "missing", "unredacted"):
        if told[code]:
            values = {"store": store.name, "count": len(told[code]), "first": told[code][0]}
            say(code, False, **values)
    if found.unerased:
        say("unerased", False, store=store.name, count=found.unerased)
    return told
