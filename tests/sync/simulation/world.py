"""The world of one run: true time, chance, the copies, the stores, and the steps taken in it."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from errno import EIO, ENOSPC
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from tests.sync.simulation.beside import AtOnce, started
from tests.sync.simulation.database import kept_line
from tests.sync.simulation.oracle import Intent, Knowledge, Oracle, View
from tests.sync.simulation.stores import Shop
from tests.sync.simulation.wiki import Wiki
from workbench.cases.errors import WorkbenchError
from workbench.desk import Desk
from workbench.local import beside, bigcases, changelog, place, points, process
from workbench.local.database import Database
from workbench.sync import engine, packs
from workbench.sync.folder import Folder
from workbench.sync.postgres import Postgres, ahead, line, statements

START = 1_750_000_000_000
PEOPLE = ("anna", "bo", "chen", "dana", "ewa")
WORDS = [
    "充电桩",
    "重启",
    "模块",
    "通信",
    "超时",
    "端口",
    "闪退",
    "网关",
    "电表",
    "日志",
    "restart",
    "offline",
    "meter",
    "card",
    "OCPP",
]
SAME = ("收到", "好的,已处理", "ok")
"""What people write again and again: equal words are the hard case of telling entries apart."""


RELAY_OWN = "relay own"
"""Counts the stores to which a copy passes on no others' changes."""


class Killed(BaseException):
    """The process was ended at a named point, as by SIGKILL: its file is as it was then."""


class Stopped(BaseException):
    """The person stopped the command at a named point; the program unwinds and goes on."""


BREAKS: dict[str, Callable[[], Exception]] = {
    "push:before-fsync": lambda: OSError(ENOSPC, "no room"),
    "push:before-rename": lambda: OSError(EIO, "the share is gone"),
    "push:before-remote-commit": lambda: psycopg.OperationalError("the line was cut"),
}
"""Points at which a disk, a share or a line may fail under the program, and with what."""


class Broken(Exception):
    """An invariant does not hold. The text says which, and where."""


@dataclass
class Copy:
    """One copy of the local file, with the person and the machine that it belongs to.

    ``held`` are the ids of the changes that its file ever held since it is this file, ``mine`` of
    those that were written in it, ``rows`` where these stand there; ``stores`` maps the name of a
    store to the site at which this machine sees it. ``home`` is what the program takes the
    machine and the place of the file for.
    """

    world: World
    number: int
    author: str
    folder: Path
    stores: dict[str, int] = field(default_factory=dict)
    offset: int = 0
    home: str = ""
    held: set[str] = field(default_factory=set)
    mine: set[str] = field(default_factory=set)
    rows: dict[int, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    views: list[View] = field(default_factory=list)
    newest: int = 0
    _desk: Desk | None = None

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"{self.author}{self.number}"

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / "workbench.db"

    @property
    def desk(self) -> Desk:
        """The desk, opened when it is needed."""
        if self._desk is None:
            self._desk = Desk.open(
                self.path, self.author, clock=self.clock, entropy=self.world.entropy
            )
        return self._desk

    @property
    def tools(self) -> Any:
        """What lies behind the desk: tests look at the tables themselves."""
        return self.desk._tools

    def clock(self) -> int:
        """Give this machine's time."""
        return self.world.tick() + self.offset

    def close(self) -> None:
        """Close the desk; the next use opens it again."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def files(self) -> dict[str, bytes]:
        """Return the bytes of the file, its log and its attachments, as a machine that stops now
        leaves them."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not path.name.endswith("-shm")
        }

    def put_files(self, files: dict[str, bytes]) -> None:
        """Put files back in place of what is there; the desk must be closed."""
        shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def knowledge(self) -> Knowledge:
        """Return what the oracle needs to know of this copy."""
        identity = {}
        for uid, names in self.tools.db.rows("SELECT uid, names FROM entry"):
            identity.update(dict.fromkeys((uid, *json.loads(names)), uid))
        return Knowledge(frozenset(self.held), frozenset(self.mine), identity)

    def cases(self) -> list[str]:
        """Return the ids of all cases, hidden ones too."""
        return [row[0] for row in self.tools.db.rows("SELECT uid FROM cases ORDER BY id")]


@dataclass
class Backup:
    """A copy's file as it once was, and what was known of it then."""

    files: dict[str, bytes]
    stores: dict[str, int]
    held: set[str]
    mine: set[str]
    rows: dict[int, str]
    drafts: dict[str, str]


class World:
    """One run.

    Args:
        seed: names the run; all chance in it is drawn from this.
        folder: where all files of the run go.
        shop: makes the stores.
        mood: by how much some things are likelier in this run than usual.
    """

    def __init__(
        self,
        seed: str,
        folder: Path,
        shop: Callable[[World], Shop],
        mood: Mapping[str, float] | None = None,
    ) -> None:
        self.seed = seed
        self.folder = folder
        self.chance = random.Random(f"{seed}/chance")
        self._noise = random.Random(f"{seed}/noise")
        self._pulse = random.Random(f"{seed}/pulse")
        self.now = START
        self.said: list[str] = []
        self.counts: Counter[str] = Counter()
        self.crashed: Counter[str] = Counter()
        self.oracle = Oracle()
        self.wiki = Wiki(self)
        self.copies: list[Copy] = []
        self._moods = dict(mood or {})
        self.backups: list[tuple[Copy, Backup]] = []
        self.nights: list[tuple[Copy, Backup]] = []
        """What was saved of every copy when the stores were saved last, all at one moment."""
        self.foreign: set[str] = set()
        """Feeds that no copy of ours wrote."""
        self.feeds: Counter[str] = Counter()
        """How many feeds the copies and the accidents so far account for, by store."""
        self.cloned = False
        self.sparing = False
        """Whether some copies pass on to some stores only what was written there; at rest they do
        so no more, or not all would come everywhere."""
        self.seen: dict[str, set[str]] = {}
        """The ids of the changes that each person's screens showed when a case was read."""
        self.spared: set[str] = set()
        """Words that were erased, but that no redaction was aimed at: pages may keep them."""
        self.taken: set[str] = set()
        """Names that were taken out of all that was said of people."""
        self._tokens = 0
        self._made = 0
        self._fuse = 0
        self._where: str | None = None
        self._passed: dict[str, list[str]] = {"act": [], "exchange": []}
        self._kind = "act"
        self._how = "kill"
        self._dead = False
        self._life = 0
        self._snapshot: dict[str, bytes] = {}
        self._acting: Copy | None = None
        self.shop = shop(self)

    # --- chance and time ----------------------------------------------------------------------

    def entropy(self, count: int) -> bytes:
        """Give random bytes to a desk."""
        return self._noise.randbytes(count)

    def tick(self) -> int:
        """Let a moment pass, and give the true time."""
        self.now += self._pulse.choice((0, 1, 1, 3, 17))
        return self.now

    def maybe(self, likelihood: float) -> bool:
        """Draw a yes or no."""
        return self.chance.random() < likelihood

    def drawn(self, name: str) -> float:
        """Draw a number from 0 to 1 that takes nothing from other chance: older seeds go on as they
        did."""
        return random.Random(f"{self.seed}/{name}").random()

    def weight(self, name: str, weight: int) -> float:
        """Return how likely something is in this run.

        Each run has its own mood: some things happen often in it and others never, so that
        what takes three of a kind, or two without a third, comes about somewhere.
        """
        if name not in self._moods:
            self._moods[name] = random.Random(f"{self.seed}/{name}").choice((0.1, 0.5, 1, 1, 2, 6))
        return weight * self._moods[name]

    def words(self, *, token: bool = True) -> str:
        """Give a text that nobody has written yet; ``token`` False allows one that somebody has."""
        if not token and self.maybe(0.3):
            return self.chance.choice(SAME)
        self._tokens += 1
        said = " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 6)))
        if self.maybe(0.05):
            said += f"\n{self.chance.choice(WORDS)} #{self.chance.randint(1, 9)} 13800138000"
        if self.maybe(0.006):
            said += "电" * 70_000
        return f"w{self._tokens:05d} {said}"

    # --- copies -------------------------------------------------------------------------------

    def add_copy(self, stores: dict[str, int], author: str | None = None) -> Copy:
        """Make a new copy that knows these stores, each at one of its sites."""
        self._made += 1
        copy = Copy(
            self,
            self._made,
            author or self.chance.choice(PEOPLE),
            self.folder / f"copy{self._made}",
            offset=self.chance.randint(-60_000, 60_000),
            home=f"home{self._made}",
        )
        self.feeds.update(stores.keys())
        for name, site in stores.items():
            own_only = self.sparing and self.drawn(f"relaying/{self._made}/{name}") < 0.5
            self.counts[RELAY_OWN] += own_only
            copy.desk.add_store(name, self.shop.address(name, site), own_only=own_only)
            copy.stores[name] = site
        self.copies.append(copy)
        return copy

    def clone(self, copy: Copy, *, whole: bool) -> Copy:
        """Give another machine the same file; ``whole`` is a copy of the whole machine."""
        self._made += 1
        twin = Copy(
            self,
            self._made,
            copy.author,
            self.folder / f"copy{self._made}",
            dict(copy.stores),
            copy.offset,
            copy.home if whole else f"home{self._made}",
            set(copy.held),
            set(copy.mine),
            dict(copy.rows),
            dict(copy.drafts),
            newest=copy.newest,
        )
        twin.folder.mkdir(parents=True)
        twin.put_files(copy.files())
        self.copies.append(twin)
        return twin

    def backup(self, copy: Copy) -> Backup:
        """Return a copy's file as it is now."""
        return Backup(
            copy.files(),
            dict(copy.stores),
            set(copy.held),
            set(copy.mine),
            dict(copy.rows),
            dict(copy.drafts),
        )

    def restore(self, copy: Copy, backup: Backup) -> None:
        """Put an older file in place of a copy's."""
        copy.close()
        copy.put_files(backup.files)
        copy.stores = dict(backup.stores)
        copy.held, copy.mine = set(backup.held), set(backup.mine)
        copy.rows = dict(backup.rows)
        copy.drafts = dict(backup.drafts)
        copy.views.clear()
        copy.newest = copy.tools.db.value("SELECT coalesce(max(id), 0) FROM op")

    def lose(self, copy: Copy) -> None:
        """Lose a copy for good."""
        copy.close()
        self.copies.remove(copy)

    def joined(self, copies: list[Copy]) -> bool:
        """True when what one of these copies knows can reach all of them through their stores."""
        reached = set(copies[0].stores)
        for _ in copies:
            for copy in copies:
                if reached & set(copy.stores):
                    reached |= set(copy.stores)
        return all(set(copy.stores) <= reached for copy in copies)

    # --- stopping -----------------------------------------------------------------------------

    def arm(self, how: str, kind: str) -> None:
        """Have the next act end at one of the named points that it passes.

        That is its n-th, or a point by its name: one that is passed once in a hundred exchanges
        is as likely as one that each passes many times.

        Args:
            how: "kill" the process, "stop" the command, or "break" what it writes to.
            kind: of the act, "act" or "exchange".
        """
        known = self._passed[kind]
        self._how, self._fuse, self._where = how, 1, None
        if how != "break" and known and self.maybe(0.6):
            self._where = self.chance.choice(known)
            self._fuse = self.chance.choice((1, 1, 1, 2, 3))
        elif how != "break":
            self._fuse = self.chance.randint(1, 40 if kind == "exchange" else 12)

    def arm_at(self, where: str) -> None:
        """Have the next act killed when it reaches this point."""
        self._how, self._fuse, self._where = "kill", 1, where

    def reached(self, name: str) -> None:
        """Be told by the program of a named point."""
        if self._dead:
            raise Killed(name)
        if self._acting is not None and name not in self._passed[self._kind]:
            self._passed[self._kind].append(name)
        if self._where is not None and name != self._where:
            return
        if self._fuse and (self._how != "break" or name in BREAKS):
            self._fuse -= 1
            if not self._fuse and self._acting is not None:
                self.crashed[name] += 1
                if self._how == "break":
                    raise BREAKS[name]()
                if self._how == "stop":
                    raise Stopped(name)
                self._dead = True
                self._snapshot = self._acting.files()
                raise Killed(name)

    @contextmanager
    def acting(
        self, copy: Copy, intent: Intent | None = None, *, kind: str = "act"
    ) -> Iterator[None]:
        """Let a copy act: an error that a person would see is logged, a stop is lived through."""
        intent = intent or Intent()
        self._acting, self._kind = copy, kind
        try:
            yield
        except Killed as killed:
            self.say(f"    killed at {killed}")
            self._dead, self._fuse, self._life = False, 0, self._life + 1
            copy.close()
            copy.put_files(self._snapshot)
        except Stopped as stopped:
            self.say(f"    stopped at {stopped}")
        except WorkbenchError as error:
            self.say(f"    refused: {error}")
        finally:
            self._acting, self._fuse, self._where = None, 0, None
        self.observe(copy, intent)

    def observe(self, copy: Copy, intent: Intent) -> None:
        """Learn from a copy's log what an act wrote and what came in."""
        self._follow(copy)
        rows = copy.tools.db.rows(
            "SELECT id, op_id, bytes, stub, mine FROM op WHERE id > ? ORDER BY id", copy.newest
        )
        if not rows:
            return
        written = [
            (row["op_id"].hex(), row["bytes"] or row["stub"].encode())
            for row in rows
            if row["mine"] and row["op_id"].hex() not in self.oracle.known
        ]
        if written:
            self.oracle.learn(written, copy.knowledge(), intent)
        copy.newest = rows[-1]["id"]
        copy.held.update(row["op_id"].hex() for row in rows)
        copy.rows.update((row["id"], row["op_id"].hex()) for row in rows if row["mine"])
        copy.mine = set(copy.rows.values())

    def _follow(self, copy: Copy) -> None:
        """Follow changes that were dated anew before they were sent: they have other ids."""
        other = {
            copy.rows[row["id"]]: (row["op_id"].hex(), int(row["h"]))
            for row in copy.tools.db.rows("SELECT id, op_id, h FROM op WHERE mine")
            if copy.rows.get(row["id"], row["op_id"].hex()) != row["op_id"].hex()
        }
        if other:
            self.seen = {
                who: {other[i][0] if i in other else i for i in ids}
                for who, ids in self.seen.items()
            }
            self.oracle.redated(other, copy.mine)
            copy.views.clear()
            copy.rows = {i: other[op][0] if op in other else op for i, op in copy.rows.items()}
            copy.held = {other[op][0] if op in other else op for op in copy.held}
            copy.mine = set(copy.rows.values())

    def say(self, line: str) -> None:
        """Write a line of the run's log; where its files lie is chance, and no part of it."""
        self.said.append(line.replace(str(self.folder), "."))

    # --- running ------------------------------------------------------------------------------

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Hear of named points, and give the program this world's machines and file dates."""
        homes = patch.object(place, "home", self._home)
        dates = patch.object(Folder, "skew", lambda folder: self.shop.skew(folder))
        own = patch.object(process, "own", lambda: f"process {self._life}")
        alive = patch.object(process, "alive", lambda mark: mark == f"process {self._life}")
        server = patch.object(Postgres, "skew", lambda remote: remote._clock() - self.now)
        lines = patch.object(line, "connect", kept_line)
        alone = patch.object(Database, "give_way", lambda database: None)
        small = patch.multiple(
            packs, FAN=3, KEPT_MS=3 * 86_400_000
        )  # so that a short history has packs
        # Every pull of a few changes is a big one, with a process beside that is none.
        bulk = patch.multiple(engine, MANY=1, BULK_PAGE=5)
        near = patch.object(beside, "started", started)
        # Of a case of a few changes the entries are folded by the part; it has 11 slots without.
        big, part = patch.object(changelog, "BIG", 12), patch.object(bigcases, "PART", 3)
        pages = patch.multiple(statements, FIRST_ITEMS=2, PAGE_ITEMS=7)
        at_once = patch.object(ahead, "ThreadPoolExecutor", AtOnce)
        with ExitStack() as entered:
            for one in (homes, dates, server, own, alive, small, lines, alone):
                entered.enter_context(one)
            for one in (bulk, near, big, part, pages, at_once):
                entered.enter_context(one)
            entered.enter_context(patch.object(points, "hook", self.reached))
            yield

    def _home(self, path: Path) -> str:
        return next(copy.home for copy in self.copies if copy.path == path)

    def close(self) -> None:
        """Close all files."""
        for copy in self.copies:
            copy.close()
        self.shop.close()
