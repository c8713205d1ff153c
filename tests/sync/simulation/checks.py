"""Rest, and what must hold then.

(a) "Copies that hold the same set of changes show the same cases, to the byte."
(b) "Nobody's words are lost": each text that was accepted on a machine that is still there, or
    was published, can be read on every copy, and stands in every store; what was redacted can be
    read nowhere.
(c) "No decision is asked for that no person caused, and every one that a person caused is shown."
(d) "Every table equals what the log gives."
(e) No change twice in a feed, no gap in one, and no feed that nothing accounts for.
(f) "The second sync moves nothing."
(h) "What a person saw on none of the person's copies is unread on all."
(g) "A corrected laptop recovers": what is written then bears the time of now.
(h) "A case's key means that case, and each name that it ever bore leads to it"; a database that
    lost nothing gave no number twice.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

from tests.sync.simulation import numbers
from tests.sync.simulation.database import DatabaseStore
from tests.sync.simulation.oracle import FIELDS, PLACES, TOKEN, Intent, Knowledge, Register
from tests.sync.simulation.wiki import NAME
from tests.sync.simulation.world import Broken, Copy, World
from workbench.cases.errors import WorkbenchError
from workbench.desk import case_json, decision_json, history_json
from workbench.local.blobs import Blobs

DAY = 86_400_000
DRIFT = 6 * 60_000
"""What a copy may be ahead of its clock: five minutes that it follows others, and a little."""
ROUNDS = 16
QUIET = 3
"""A file that is gone is missed at one sync and acted on a day later: so many rounds in a row."""
QUIET_ROWS = 2
"""The same for databases: what is gone there is acted on at once."""
LOCAL = ("unread", "received_at", "awake", "source")
"""What a copy shows of itself and its person, not of the case."""


def rest(world: World) -> None:
    """End all faults, let everything arrive everywhere, and hold the world to its promises."""
    for copy in world.copies:
        copy.offset = 0
        for name in copy.stores:
            copy.desk.keep_own(name, own_only=False)
        copy.close()  # what a stopped command left to be forgotten, the next start sees to
    published = _published(world)
    _settle(world)
    _same_changes(world, published)
    know = world.copies[0].knowledge()
    shown = [_shown(copy) for copy in world.copies]
    _same_cases(world, shown)
    _pages(world)
    _rebuilt(world)
    numbers.named(world)
    numbers.given_once(world)
    _as_caused(world, know)
    _readable(world, know, shown)
    _erased(world, know)
    _contents(world)
    _feeds(world, know)
    _timely(world)
    _unread(world)


def _unread(world: World) -> None:
    for copy in world.copies:
        for row in copy.tools.db.rows(
            "SELECT m.reader, o.op_id, coalesce(CAST(o.bytes AS TEXT), o.stub) AS said FROM"
            " read_mark m JOIN op o ON o.subject = m.case_id AND o.id <= m.place"
            " WHERE o.state = 'ok'"
        ):
            who, said, i = row["reader"], json.loads(row["said"]), row["op_id"].hex()
            shown = i in world.seen.get(who, ()) or said["a"] == who or said["k"] == "read"
            if not shown and not world.cloned:  # two machines of one clone are one writer to us
                raise Broken(f"(h) {copy.name} takes {_about(world, i)} as read by {who}")


def _published(world: World) -> dict[str, str]:
    """Return the ids of what stands in the stores, each with the store."""
    return {
        i: f"store {store.name}" for store in world.shop.stores.values() for i in store.published()
    }


def _settle(world: World) -> None:
    """Sync until nothing moves; where files were damaged, people then ask for a repair."""
    _sync_until_quiet(world)
    if any(store.is_damaged() for store in world.shop.stores.values()):
        for copy in world.copies:
            _exchange_all(world, copy, repair=True)
        _sync_until_quiet(world)


def _sync_until_quiet(world: World) -> None:
    quiet, enough = 0, QUIET if world.shop.folders() else QUIET_ROWS
    for _ in range(ROUNDS):
        for store in world.shop.stores.values():
            store.settle()
        before = [store.listing() for store in world.shop.stores.values()]
        moved = sum([_exchange_all(world, copy) for copy in world.copies])
        for store in world.shop.stores.values():
            store.settle()
        still = before == [store.listing() for store in world.shop.stores.values()]
        quiet = 0 if moved or not still else quiet + 1
        if quiet == enough:
            return
        world.now += DAY + DAY // 24
    raise Broken(f"(f) sync still moves something after {ROUNDS} rounds")


def _exchange_all(world: World, copy: Copy, *, repair: bool = False) -> int:
    moved = 0
    for name, site in copy.stores.items():
        try:
            with world.shop.stores[name].watched(site):
                done = copy.desk.exchange(name, repair=repair)
        except WorkbenchError as error:
            raise Broken(f"(f) {copy.name} can't sync with {name}: {error}") from error
        world.observe(copy, Intent())
        world.say(f"  rest: {copy.name} {name} {done.sent} {done.received} {done.notes}")
        moved += done.sent + done.received
    return moved


def _ids(copy: Copy) -> set[str]:
    return {row[0].hex() for row in copy.tools.db.rows("SELECT op_id FROM op")}


def _same_changes(world: World, published: dict[str, str]) -> None:
    promised = published | {i: copy.name for copy in world.copies for i in copy.held}
    for copy in world.copies:
        here = _ids(copy)
        for missing in copy.held - here:
            raise Broken(f"(b) {copy.name} has lost {_about(world, missing)} from its file")
        for missing in promised.keys() - here:
            who = promised[missing]
            raise Broken(f"(b) {copy.name} lacks {_about(world, missing)}, which {who} has")
    stored(world)
    first = world.copies[0]
    for copy in world.copies[1:]:
        for extra in _ids(copy) ^ _ids(first):
            raise Broken(f"(a) {copy.name} and {first.name} differ in {_about(world, extra)}")


def stored(world: World) -> None:
    """Hold each store to having what a copy holds that exchanges with it: who comes next finds
    there all that there is."""
    for name, store in world.shop.stores.items():
        there = store.published().keys()
        for copy in world.copies:
            for missing in _ids(copy) - there if name in copy.stores else ():
                raise Broken(f"(b) store {name} lacks {_about(world, missing)} of {copy.name}")


def _about(world: World, id_: str) -> str:
    tokens = ",".join(world.oracle.texts.get(id_, ()))
    return f"change {id_[:12]} ({tokens or 'no text'})"


# --- (a) ---------------------------------------------------------------------------------------


def _shown(copy: Copy) -> dict[str, Any]:
    """Return all that a copy shows: cases, their history, decisions, and the lists."""
    desk = copy.desk
    found: dict[str, Any] = {}
    for case in sorted(copy.cases()):
        found[case] = case_json(desk.case(case, hidden=True))
        found[f"{case} history"] = [history_json(item) for item in desk.history(case)]
    found["decisions"] = sorted(
        (decision_json(decision) for decision in desk.decisions()),
        key=lambda decision: str(decision["id"]),
    )
    found["people"] = [person._asdict() for person in desk.people()]
    for sort in ("number", "activity"):
        found[f"by {sort}"] = [summary.id for summary in desk.list("", sort=sort)]
    found["found"] = sorted(summary.id for summary in desk.list("充电桩"))
    return {key: _without_local(value) for key, value in found.items()}


def _without_local(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_local(part) for key, part in value.items() if key not in LOCAL}
    if isinstance(value, list):
        return [_without_local(part) for part in value]
    return value


def _same_cases(world: World, shown: list[dict[str, Any]]) -> None:
    texts = [{key: _text(value) for key, value in found.items()} for found in shown]
    for copy, text in zip(world.copies[1:], texts[1:], strict=True):
        for key in sorted(text.keys() | texts[0].keys()):
            one, two = texts[0].get(key, ""), text.get(key, "")
            if one != two:
                first = world.copies[0]
                raise Broken(f"(a) {key}: {first.name} and {copy.name} show\n{_differ(one, two)}")


def _pages(world: World) -> None:
    """Hold the copies to writing the page in the same bytes, where its source can be had."""
    written: dict[bytes, str] = {}
    for copy in world.copies:
        try:
            found = copy.desk.write_page(NAME)
        except WorkbenchError:  # nobody imported it, or who did is gone with it
            continue
        if found.away is None:
            written.setdefault(found.data, copy.name)
    if len(written) > 1:
        (one, first), (two, second), *_ = written.items()
        differ = _differ(one.decode(), two.decode())
        raise Broken(f"(a) {first} and {second} write the page otherwise\n{differ}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)


def _differ(one: str, two: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(one.splitlines(), two.splitlines(), lineterm="", n=3)
    return "\n".join([line[:200] for line in lines][:60])


# --- (d) ---------------------------------------------------------------------------------------


def _rebuilt(world: World) -> None:
    for copy in world.copies:
        report = copy.desk.rebuild()
        if not report["equal"]:
            raise Broken(f"(d) {copy.name}: rebuild differs: {report['differences']}")


# --- (c) ---------------------------------------------------------------------------------------


def _as_caused(world: World, know: Knowledge) -> None:
    copy = world.copies[0]
    waiting: dict[Register, list[Any]] = {}
    for decision in copy.desk.decisions():
        key = {place: key for key, place in PLACES.items()}.get(decision.field, "")
        register: Register = ("field", decision.case_id, decision.field)
        if decision.entry:
            register = ("entry", decision.case_id, decision.entry, key)
        waiting[register] = [_choice(choice, decision.field) for choice in decision.values]
    for case in copy.cases():
        shown = copy.desk.case(case, hidden=True)
        summary = shown.summary
        status = {"s": summary.status, "until": summary.status_until, "why": summary.status_why}
        values = {
            "problem": summary.problem or None,
            "date": summary.opened_on,
            "status": status,
            "engineer_label": summary.engineer_label,
        }
        for name in FIELDS:
            register = ("field", case, name)
            _hold(world, know, register, values.get(name, ...), waiting.pop(register, None))
        _flag(world, summary.hidden, world.oracle.hidden(("hides", case), know), f"case {case}")
        for name, held in (("engineers", summary.engineers), ("tags", summary.tags)):
            wanted = {
                about[3]
                for about in world.oracle.by_about
                if about[:3] == ("set", case, name) and world.oracle.present(about, know)
            }
            if set(held) != wanted:
                raise Broken(f"(c) {case} has {name} {held}, not {sorted(wanted)}")
        for entry in shown.entries:
            place = ("entry", case, entry.id)
            said = {"x": entry.text or None, "s": entry.speaker, "at": entry.happened_on}
            for key, value in said.items():
                register = (*place, key)
                _hold(world, know, register, value, waiting.pop(register, None))
            hidden = world.oracle.hidden(("hides", case, entry.id), know)
            _flag(world, entry.hidden, hidden, f"entry {entry.id}")
    if waiting:
        raise Broken(f"(c) decisions about what nobody wrote: {waiting}")


def _choice(choice: Any, name: str) -> Any:
    if name == "status":
        return {"s": choice.value, "until": choice.until, "why": choice.why}
    return choice.value or None


def _hold(
    world: World, know: Knowledge, register: Register, shown: Any, waiting: list[Any] | None
) -> None:
    expected = world.oracle.expected(register, know)
    where = " ".join(part[:12] for part in register)
    if not expected.sure:
        if waiting is not None:
            raise Broken(f"(c) {where}: a decision, though a change is missing: {waiting}")
        return
    if waiting is None and expected.undecided:
        raise Broken(f"(c) {where}: no decision is asked for between {expected.values}")
    if waiting is not None and not _equal(waiting, list(expected.values)):
        raise Broken(f"(c) {where}: a decision between {waiting}, not {expected.values}")
    none = {"s": "unset", "until": None, "why": None} if register[-1] == "status" else None
    if shown is not ... and shown != (expected.shown or none):
        raise Broken(f"(c) {where}: shows {shown!r}, not {expected.shown!r}")


def _equal(one: list[Any], two: list[Any]) -> bool:
    return len(one) == len(two) and all(value in two for value in one)


def _flag(world: World, shown: bool, wanted: bool, what: str) -> None:
    if shown != wanted:
        raise Broken(f"(c) {what} is {'hidden' if shown else 'shown'}, and should not be")


# --- (b) ---------------------------------------------------------------------------------------


def _gone(world: World, know: Knowledge) -> tuple[set[str], set[str]]:
    """Return the ids of erased changes, and of those among them that no redaction had seen."""
    erased: set[str] = set()
    unseen: set[str] = set()
    registers: set[Register] = set()
    for about, writes in world.oracle.by_about.items():
        if any(write.kind == "redact" and write.id in know.held for write in writes):
            for write in writes:
                entry = know.identity.get(write.target, write.target)
                registers.add((*about[:2], entry, *about[2:]) if write.target else about)
    erased |= {i for i in know.held if world.oracle.texts.get(i, frozenset()) & world.taken}
    for register in registers:
        gone = world.oracle.erased(register, know)
        writes = world.oracle.writes(register, know)
        listed = {name for write in writes for name in write.listed}
        read = {write.nonce for write in writes if write.name in listed}
        for write in writes:
            if write.id in gone:
                erased.add(write.id)
                if write.nonce not in read and write.name not in listed and write.rev is None:
                    unseen.add(write.id)
    return erased, unseen


def _of_no_case(world: World) -> set[str]:
    """Return the ids of changes of cases whose own change is lost: nothing shows them."""
    cases = set(world.copies[0].cases())
    return {
        write.id
        for about, writes in world.oracle.by_about.items()
        if about[1] not in cases
        for write in writes
    }


def _tokens(world: World, ids: set[str]) -> set[str]:
    return {token for i in ids for token in world.oracle.texts.get(i, ())}


def _readable(world: World, know: Knowledge, shown: list[dict[str, Any]]) -> None:
    erased, unseen = _gone(world, know)
    kept = _tokens(world, set(know.held) - erased - _of_no_case(world))
    gone = _tokens(world, erased) - kept
    for copy, found in zip(world.copies, shown, strict=True):
        readable = set(TOKEN.findall(json.dumps(found)))
        if missing := sorted(kept - readable):
            raise Broken(f"(b) {copy.name} can't read {missing[:5]}")
        if left := sorted(gone & readable):
            raise Broken(f"(b) {copy.name} still reads {left[:5]}, which was redacted")
        drafts = {draft.id: draft.text for draft in copy.desk.drafts()}
        written = {token for text in drafts.values() for token in TOKEN.findall(text)}
        own = _tokens(world, unseen & copy.mine)
        if lost := sorted((own & gone) - written):
            raise Broken(f"(b) {copy.name}: {lost[:5]} was redacted unseen, and is no draft")
        for i, text in copy.drafts.items():
            if drafts.get(i) != text and not set(TOKEN.findall(text)) & gone:
                raise Broken(f"(b) {copy.name}: the draft {text!r} is {drafts.get(i)!r}")


def _erased(world: World, know: Knowledge) -> None:
    """Search every byte for what was redacted. In a folder each copy sees to its own feeds, those
    that it left included; in a database to all, as its role may do that here."""
    erased, unseen = _gone(world, know)
    kept = _tokens(world, set(know.held) - erased) | world.spared
    for copy in world.copies:
        gone = _tokens(world, erased) - kept - _tokens(world, unseen & copy.mine)
        gone -= {token for text in copy.drafts.values() for token in TOKEN.findall(text)}
        for name, data in copy.files().items():
            if left := sorted(_in_bytes(data) & gone):
                raise Broken(f"(b) {copy.name}: {left[:5]} is still in the bytes of {name}")
    owned = {feed for copy in world.copies for feed in _written_by(copy)}
    gone = _tokens(world, erased) - kept
    for store in world.shop.stores.values():
        for feed, data in store.raw():
            ours = feed in owned or isinstance(store, DatabaseStore)
            if ours and (left := sorted(_in_bytes(data) & gone)):
                raise Broken(f"(b) {left[:5]} is still in feed {feed} of store {store.name}")


def _written_by(copy: Copy) -> set[str]:
    """Return the feeds that a copy writes, or wrote before it took a new one."""
    rows = copy.tools.db.rows("SELECT feed, former FROM store")
    return {feed for row in rows for feed in (row["feed"], *json.loads(row["former"]))}


def _contents(world: World) -> None:
    """Look whether the files that a copy says it has are whole, and the redacted ones gone."""
    for copy in world.copies:
        blobs = Blobs(copy.tools.db)
        doomed = set(blobs.doomed())
        for path in blobs.folder.rglob("*") if blobs.folder.is_dir() else ():
            if path.name in doomed:
                raise Broken(f"(b) {copy.name} still has the content {path.name[:12]}")
        for case in copy.cases():
            for file in copy.desk.files(case):
                if file.here and file.sha256:
                    content = blobs.open(file.sha256)
                    if content is None:
                        raise Broken(f"(b) {copy.name} lacks {file.file}, which it says is here")
                    content.close()


def _in_bytes(data: bytes) -> set[str]:
    return set(TOKEN.findall(data.decode("utf-8", "replace")))


# --- (g) ---------------------------------------------------------------------------------------


def _timely(world: World) -> None:
    for copy in world.copies:
        case = copy.desk.new("nova", "now")
        ahead = copy.desk.case(case).summary.created_at - world.now
        if ahead > DRIFT:
            raise Broken(f"(g) {copy.name} writes {ahead // 60_000} minutes ahead of its clock")


# --- (e) ---------------------------------------------------------------------------------------


def _feeds(world: World, know: Knowledge) -> None:
    # What is left of an erased change comes with its redaction too, and is passed on from there.
    erased, _ = _gone(world, know)
    for name, store in world.shop.stores.items():
        feeds = store.feeds()
        owned = {s.feed: c for c in world.copies for s in c.desk.stores() if s.name == name}
        for feed, copy in owned.items():
            _whole(feeds.get(feed, {}), f"{copy.name}'s feed {feed[:6]} in {name}")
        ours = feeds.keys() - world.foreign
        most = world.feeds[name]
        if len(ours) > most:
            raise Broken(f"(e) {len(ours)} feeds in {name}, where {most} are accounted for")
        if not world.cloned and not store.lossy and len(world.shop.stores) == 1:
            stands = Counter(i for feed in feeds.values() for ids in feed.values() for i in ids)
            twice = [i for i, count in stands.items() if count > 1 and i not in erased]
            if twice:
                raise Broken(f"(e) {_about(world, twice[0])} was sent twice to {name}")


def _whole(feed: dict[int, set[str]], what: str) -> None:
    numbers = sorted(feed)
    if numbers and (numbers[0] != 1 or any(two - one != 1 for one, two in pairwise(numbers))):
        raise Broken(f"(e) {what} has gaps: {numbers[:10]}…")
    if torn := [number for number, ids in feed.items() if len(ids) > 1]:
        raise Broken(f"(e) {what} has two changes at {torn[0]}")
    twice = [
        i for i, count in Counter(i for ids in feed.values() for i in ids).items() if count > 1
    ]
    if twice:
        raise Broken(f"(e) {what} has {twice[0][:12]} twice")
