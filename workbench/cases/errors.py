"""What can go wrong, each as a sentence that a person can act on."""

from __future__ import annotations


class WorkbenchError(Exception):
    """Base of every error that a person sees: one sentence, and in ``hint`` the next step.

    ``candidates`` holds what the person may have meant: full keys of cases, ids of entries.
    """

    exit_code = 1

    def __init__(
        self, message: str, hint: str | None = None, candidates: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.candidates = candidates


class NotFound(WorkbenchError):
    """No such case, entry, decision or store."""

    exit_code = 3


class Ambiguous(WorkbenchError):
    """Several things bear the name."""

    exit_code = 3

    def __init__(self, message: str, candidates: tuple[str, ...], hint: str | None = None) -> None:
        super().__init__(message, hint, candidates)


class BadInput(WorkbenchError):
    """A value that can't be taken: an impossible date, an unknown status, a text too long."""

    exit_code = 2


class QueryError(WorkbenchError):
    """A mistake in a query; ``at`` is the character it stands at, counted from 0."""

    exit_code = 2

    def __init__(self, message: str, query: str, at: int, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.query = query
        self.at = at


class UnusablePage(WorkbenchError):
    """Nothing of the file could be taken as a page of cases."""


class NewerFile(WorkbenchError):
    """The database was written by a newer version of the program."""


class Stopped(WorkbenchError):
    """A person stopped long work; what was done of it stays."""

    exit_code = 130


class Busy(WorkbenchError):
    """Another process holds the database for too long."""
