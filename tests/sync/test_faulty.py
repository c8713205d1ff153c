"""A share whose every single call may fail, in each of the ways in which shares do."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.sync.places import FolderPlace
from tests.sync.team import Person, Team
from workbench.desk import WorkbenchError
from workbench.sync import packs

CALLS = ("open", "listdir", "replace", "fsync", "mkdir", "unlink", "link")
"""What of the system a store in a folder uses."""


class Share:
    """Counts the calls that concern a folder, and lets one of them fail."""

    def __init__(self, root: str, patch: pytest.MonkeyPatch) -> None:
        self._root = root
        self._fails: int | None = None
        self._code = 0
        self.calls = 0
        self._ours: set[int] = set()
        for name in CALLS:
            patch.setattr(os, name, self._wrapped(getattr(os, name)))

    def _wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            if not self._is_ours(args[0]):
                return real(*args, **options)
            self.calls += 1
            if self.calls == self._fails:
                raise OSError(self._code, os.strerror(self._code), str(args[0]))
            found = real(*args, **options)
            if real.__name__ == "open":
                self._ours.add(found)
            return found

        return call

    def _is_ours(self, what: object) -> bool:
        if isinstance(what, int):
            return what in self._ours
        return os.fspath(what).startswith(self._root)  # type: ignore[call-overload,no-any-return]

    @contextmanager
    def failing(self, nth: int | None, code: int) -> Iterator[None]:
        """Let the n-th call from now on fail."""
        self.calls, self._fails, self._code = 0, nth, code
        try:
            yield
        finally:
            self._fails = None


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES, errno.ESTALE, errno.ENOSPC])
def test_whatever_call_fails_nothing_is_lost(
    folder_place: FolderPlace, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(packs, "FAN", 3)
    folder_place.create()
    with Team(folder_place, folder_place.root.parent) as team:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        team.settle()
        share = Share(folder_place.url, monkeypatch)
        with share.failing(None, code):
            work(anna, boris, case, 0)
        most = share.calls
        told: list[int] = []
        for nth in range(1, most + 1):
            with share.failing(nth, code):
                told += work(anna, boris, case, nth)
        assert most > 10
        assert set(told) == {5}  # the store can't be reached
        assert len(told) > most / 3  # the rest was passed over, as a colleague's file may be
        team.settle(repair=True)
        team.agree()
        assert len(anna.desk.case(case).entries) == most + 1
        assert folder_place.feeds() == {anna.feed, boris.feed}


def work(anna: Person, boris: Person, case: str, nth: int) -> list[int]:
    """Write and exchange; return the exit statuses of what failed, which are errors of ours."""
    boris.desk.note(case, f"第{nth}条")
    failed = []
    for person in (boris, anna):
        try:
            person.sync()
        except WorkbenchError as error:
            failed.append(error.exit_code)
    return failed
