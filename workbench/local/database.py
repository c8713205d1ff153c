"""The connection: opening, one writer at a time, and what another process wrote.

"Every write is one transaction that has the lock from its beginning": what is read inside it can't
change before it is written.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from workbench.cases.errors import Busy, Stopped, WorkbenchError
from workbench.cases.said import said
from workbench.local import place, schema
from workbench.local.points import reached
from workbench.local.schema import WAIT

if TYPE_CHECKING:
    from pathlib import Path

RETRY = 0.02
POLL = 0.002
"""Seconds between two looks whether the lock is free: SQLite's own looks are up to 0.1 s apart,
and would hardly ever meet the moments at which a big import gives it away."""
AT_ONCE = 512
"""How many values one query takes; SQLite has a limit, lower in old versions."""

STEPS = 32_768
"""After so many steps of SQLite's machine (about 2 ms) it is looked whether a query shall end."""

GAP = 0.006
"""Seconds for which a big import leaves the lock free each time."""

HELD = 0.04
"""Seconds for which one may hold it, again and again, before it is left free."""

LOG, BULK_LOG = 1000, 32_000
"""At how many pages SQLite's log goes into the file; in bulk a page is often written again.

A hundred new cases change some thousand pages, all over the indexes. In fewer turns each page goes
into the file once for many of them, and the disk is waited for two thirds as long. The log is up to
150 MB long then, until the last process closes the file."""

BULK_CACHE = -64_000
"""How much of the file is kept in memory in bulk (negative: KiB): indexes are filled all over."""

BULK_OBJECTS = 50_000
"""After how many new objects in bulk it is looked for those that hold each other: none do."""

Rows = list[sqlite3.Row]

FORGET = "forget"
"""Stands in ``meta`` while deleted text may still be in some byte of the file."""

LOOK = "look"
"""Stands in ``meta`` of a backup until what lies beside it was looked at."""

Inode = tuple[int, int]
CLOSED: Inode = (0, 0)
_OPENING = threading.Lock()
_OPEN: Counter[Inode] = Counter()
"""The files that this process has open through SQLite, by device and inode.

"A file that SQLite has open is never opened beside it": closing any descriptor of it drops all the
locks that the process holds on it, and another process then takes the log away from under us.
"""


def _inode(path: str) -> Inode:
    try:
        found = os.stat(path)
    except OSError:
        return CLOSED
    return (found.st_dev, found.st_ino)


class TooLong(Exception):
    """A query took more steps than it was given."""


class Database:
    """One open file. Not shared between threads, but for ``interrupt``."""

    def __init__(self, given: str | Path) -> None:
        """Open the file; make it, and the folders above it, if it is not there.

        Raises:
            WorkbenchError: it can't be opened, is no database of ours, or lies where it would
                be damaged.
        """
        self._given = given
        path = os.path.join(os.getcwd(), given)
        place.check(path)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with _OPENING:
                if _inode(path) not in _OPEN:
                    schema.check_header(path)
                self.connection = sqlite3.connect(
                    path, timeout=WAIT, isolation_level=None, check_same_thread=False
                )
                self._prepare(path)
                self._inode = _inode(path)
                _OPEN[self._inode] += 1
        except (sqlite3.Error, OSError) as error:
            raise explain(error, path) from error
        self._start()

    @classmethod
    def in_memory(cls) -> Database:
        """Return an empty database of our layout that stands in no file."""
        self = cls.__new__(cls)
        self._given = ":memory:"
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        schema.prepare(self.connection, ":memory:")
        self._inode = CLOSED
        self._start()
        return self

    def _start(self) -> None:
        """Begin with what an open database knows of itself."""
        self.unwanted: Callable[[], bool] = lambda: False
        """Says whether nobody waits for a query any more; asked while one runs."""
        self._watch: Callable[[], bool] | None = None
        self._version = self.data_version()
        self._gave = 0.0
        self._freed = 0.0
        self._defined: set[str] = set()

    @cached_property
    def path(self) -> Path:
        """The file, as it was named."""
        from pathlib import Path

        return Path(self._given)

    def _prepare(self, path: str) -> None:
        """Refuse what is not ours before anything of it is changed, and bring ours forward."""
        run = self.connection.execute
        self.connection.row_factory = sqlite3.Row
        try:
            schema.check(self.connection, path)
            run("PRAGMA secure_delete = ON")
            self._enter_wal()
            run("PRAGMA synchronous = FULL")
            run("PRAGMA cache_size = -16000")
            schema.prepare(self.connection, path)
            run("PRAGMA foreign_keys = ON")
        except BaseException:
            self.connection.close()
            raise

    def _enter_wal(self) -> None:
        """Two processes may open a new file at once; busy_timeout does not cover this switch."""
        for _ in range(int(WAIT / RETRY)):
            try:
                self.connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                sleep(RETRY)
            else:
                return
        raise sqlite3.OperationalError("database is locked")

    def close(self) -> None:
        """Close the file. Nothing is pending: every act committed when it returned."""
        with _OPENING:
            self.connection.close()
            inode, self._inode = self._inode, CLOSED
            _OPEN[inode] -= inode != CLOSED
            if not _OPEN[inode]:
                del _OPEN[inode]

    def hold_little(self) -> None:
        """Keep little of the file in memory: for a screen, which stays open and reads pages."""
        self.connection.execute("PRAGMA cache_size = -3000")

    def define(self, name: str, values: int, function: Callable[..., Any]) -> None:
        """Let queries call a pure function of so many values; done once."""
        if name not in self._defined:
            self.connection.create_function(name, values, function, deterministic=True)
            self._defined.add(name)

    def interrupt(self) -> None:
        """Stop the query that runs now, from another thread."""
        self.connection.interrupt()

    @contextmanager
    def watched(self, steps: int | None = None) -> Iterator[None]:
        """End the queries within when nobody waits for them any more.

        Args:
            steps: how many steps of SQLite's machine they may take together; None for any number.

        Raises:
            TooLong: they took more.
            Stopped: nobody waits for them, or ``interrupt`` was called.
        """
        left = steps

        def is_over() -> bool:
            nonlocal left
            left = None if left is None else left - STEPS
            return (left is not None and left < 0) or self.unwanted()

        before, self._watch = self._watch, is_over
        self.connection.set_progress_handler(is_over, STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            if left is not None and left < 0 and not self.unwanted():
                raise TooLong from error
            raise Stopped(said("the search was stopped")) from error
        finally:
            self._watch = before
            self.connection.set_progress_handler(before, STEPS if before else 0)

    def rows(self, sql: str, *values: Any) -> Rows:
        """Return all rows of a query."""
        return self.connection.execute(sql, values).fetchall()

    def rows_in(self, sql: str, wanted: Iterable[Any], *values: Any) -> Rows:
        """Return all rows of a query for each of many values, which stand at ``{}`` in it."""
        wanted = list(wanted)
        found: Rows = []
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            # Few lengths are few statements, which SQLite's connection keeps ready.
            part += part[-1:] * ((1 << (len(part) - 1).bit_length()) - len(part))
            found += self.rows(sql.format(",".join("?" * len(part))), *part, *values)
        return found

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        found: sqlite3.Row | None = self.connection.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, *values: Any) -> Any:
        """Return the first value of the first row, or None."""
        found = self.connection.execute(sql, values).fetchone()
        return None if found is None else found[0]

    def tuples(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Return the rows of a query as plain tuples, one by one: for very many of them."""
        cursor = self.connection.cursor()
        cursor.row_factory = None
        return cursor.execute(sql, values)

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement that returns nothing of interest."""
        return self.connection.execute(sql, values)

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, given as values by column; all have the same columns in the same order."""
        if rows:
            names, marks = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
            self.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [tuple(row.values()) for row in rows],
            )

    def _begin(self) -> None:
        """Take the write lock; while another process has it, look for it as often as ``POLL`` says.

        By ``BEGIN IMMEDIATE`` SQLite would wait itself, unless told not to before and told again
        behind it. Who reads already is refused at once: two such might wait for each other.
        """
        run = self.connection.execute
        for _ in range(int(WAIT / POLL)):
            run("BEGIN")
            try:
                run("SELECT 1 FROM meta").fetchone()
                run("DELETE FROM meta WHERE 0")
            except sqlite3.OperationalError as error:
                self._roll_back()
                if "locked" not in str(error):
                    raise explain(error, self.path) from error
                sleep(POLL)
            else:
                return
        raise explain(sqlite3.OperationalError("database is locked"), self.path)

    @contextmanager
    def write(self, label: str, *, dry_run: bool = False) -> Iterator[None]:
        """Hold the only write lock; commit at the end, or roll all of it back on an error.

        Args:
            label: names the act at the points where a test may stop the process.
            dry_run: roll back at the end all the same.

        Raises:
            Busy: another process kept the lock for ``WAIT`` seconds.
        """
        if self.connection.in_transaction:
            yield
            return
        reached(f"{label}:before-begin")
        self._begin()
        try:
            yield
            reached(f"{label}:before-commit")
            self.connection.execute("ROLLBACK" if dry_run else "COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise explain(error, self.path) from error
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._freed = monotonic()
        reached(f"{label}:after-commit")

    def give_way(self) -> None:
        """Leave the lock free for long enough that whoever waits for it sees it free.

        Between short transactions that is not done each time, but as often as ``HELD`` says; and
        where something else was done since the last one, it was free as long as that took.
        """
        if self.connection.in_transaction:
            return
        now = monotonic()
        left = self._freed + GAP - now
        if left > 0 and now - self._gave < HELD:
            return
        if left > 0:
            sleep(left)
        self._gave = monotonic()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Write much that can be had again: a lost power supply may take the last of it away.

        "What was written before is as safe as ever, and what is lost is lost from its newest end":
        the next commit behind this flushes all of it. So a cursor is lost with what it stands for.
        """
        run = self.connection.execute
        cache = int(self.value("PRAGMA cache_size"))
        run("PRAGMA synchronous = NORMAL")
        run(f"PRAGMA wal_autocheckpoint = {BULK_LOG}")
        run(f"PRAGMA cache_size = {BULK_CACHE}")
        # Each row that triggers follow notes the pages that it changes, to be taken back by itself:
        # in a file that is written five times as often as the log.
        run("PRAGMA temp_store = MEMORY")
        thresholds = gc.get_threshold()
        gc.set_threshold(BULK_OBJECTS, *thresholds[1:])
        try:
            yield
        finally:
            gc.set_threshold(*thresholds)
            run("PRAGMA temp_store = DEFAULT")
            run(f"PRAGMA cache_size = {cache}")
            run(f"PRAGMA wal_autocheckpoint = {LOG}")
            run("PRAGMA synchronous = FULL")

    @contextmanager
    def read(self) -> Iterator[None]:
        """Keep one state of the file for several queries."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def data_version(self) -> int:
        """Return what is another number when another connection wrote."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> bool:
        """True once after another connection wrote."""
        version = self.data_version()
        changed, self._version = version != self._version, version
        return changed

    def forget_deleted(self) -> None:
        """See to it that deleted text is gone from the file and from its log.

        secure_delete blanks freed cells, but a page that was split earlier may hold a stale copy
        in its free space: the file is written anew.

        Raises:
            Busy: another process is reading; the text is taken out, but not from the log yet.
        """
        if self.connection.in_transaction:
            return
        try:
            # In bulk it would hold all of the file in memory.
            self.connection.execute("PRAGMA temp_store = DEFAULT")
            self.connection.execute("VACUUM")
            reached("forget:after-vacuum")
            busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            reached("forget:after-checkpoint")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise explain(error, self.path) from error
            busy = True
        if busy:
            raise Busy(
                said("the text was taken out, but another process still reads the file's log"),
                said("Close the other Workbench; the next start clears the log."),
            )


_TOLD = {
    "unable to open database file": said("unable to open database file"),
    "file is not a database": said("file is not a database"),
    "database disk image is malformed": said("database disk image is malformed"),
    "disk I/O error": said("disk I/O error"),
}
"""What SQLite says most often, so that it can be translated."""


def _told(text: str) -> str:
    return _TOLD.get(text, text)


_OF_FILE = ("malformed", "not a database", "disk I/O", "vtable constructor", "is full")


def file_trouble(error: BaseException, path: str | Path) -> WorkbenchError | None:
    """Return what a person can do where the file can't be read on; None for any other error."""
    if isinstance(error, sqlite3.DatabaseError) and any(part in str(error) for part in _OF_FILE):
        return explain(error, path)
    return None


def explain(error: Exception, path: str | Path) -> WorkbenchError:
    """Return the error that a person can act on for one of SQLite or the system."""
    text = str(error)
    if isinstance(error, OSError):
        from workbench.cases.refusals import reason  # which SQLite's own errors do without

        text = reason(error)
    if "locked" in text or "busy" in text:
        return Busy(
            said(
                "another process has been writing to {path} for {seconds} seconds",
                path=path,
                seconds=f"{WAIT:.0f}",
            ),
            said("Wait for it (an import?), then try again; nothing was written."),
        )
    if any(part in text for part in ("not a database", "malformed", "vtable constructor")):
        return WorkbenchError(
            said(
                "{path} is no Workbench database, or it is damaged ({text})",
                path=path,
                text=_told(text),
            ),
            said(
                "Name another file with --db, or bring back a backup; this one was left as it was."
            ),
        )
    if "full" in text or "No space" in text:
        return WorkbenchError(
            said("the disk of {path} is full", path=path),
            said("Make room, then try again; nothing was written."),
        )
    if "readonly" in text:
        return WorkbenchError(
            said("{path} may not be written", path=path),
            said("Check the rights of file and folder."),
        )
    return WorkbenchError(
        said("{path}: {text}", path=path, text=_told(text)),
        said("Nothing was written."),
    )
