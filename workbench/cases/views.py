"""Saved views: queries that have a name. Those that everybody has, and what a name may be."""

from __future__ import annotations

from typing import NamedTuple

from workbench.cases.errors import BadInput
from workbench.cases.said import said
from workbench.cases.text import fold, squash

LONGEST_NAME = 40


class SavedView(NamedTuple):
    """A query with a name; one with a ``twin``, its Chinese name, is the program's own."""

    name: str
    query: str
    twin: str = ""

    @property
    def built_in(self) -> bool:
        """Whether everybody has it, and nobody can change it."""
        return bool(self.twin)

    def is_called(self, name: str) -> bool:
        """Say whether a person who writes ``name`` means this one."""
        return fold(squash(name)) in (fold(self.name), fold(self.twin) or None)


BUILT_IN = (
    SavedView("all", "", "全部"),
    SavedView("to triage", "status:unset OR is:awake", "待处理"),
    SavedView("mine", "is:mine status:unset,in_progress,on_hold", "我的"),
    SavedView("in progress", "status:in_progress", "处理中"),
    SavedView("on hold", "status:on_hold", "暂搁置"),
    SavedView("stale", "is:stale", "停滞"),
    SavedView("decisions", "is:decision", "待定"),
    SavedView("unread", "is:unread", "未读"),
)


def checked_name(name: str) -> str:
    """Return a name on one line.

    Raises:
        BadInput: no view can be called so.
    """
    kept = squash(name)
    if not kept.isprintable() or not 0 < len(kept) <= LONGEST_NAME:
        what = said("a view's name has 1 to {most} characters", most=LONGEST_NAME)
        raise BadInput(what, said("Give another name."))
    if any(view.is_called(kept) for view in BUILT_IN):
        what = said("the view “{name}” is the program's own", name=kept)
        raise BadInput(what, said("Give yours another name."))
    return kept
