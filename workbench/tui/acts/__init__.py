"""What each act of the registry does on the main screen.

An act is a function with the act's id as its name; a screen with a meaning of its own for an act
has a method ``do_<id>`` instead. The modules are loaded when an act of theirs is first done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen

MODULES: Mapping[str, tuple[str, ...]] = {
    "move": (
        *("move_down", "move_up", "page_down", "page_up", "move_top", "move_end"),
        *("open", "back", "next_unread", "jump", "next_focus", "previous_focus"),
        *("next_hit", "previous_hit", "fold"),
    ),
    "triage": (
        *("status_in_progress", "status_resolved", "status_on_hold", "status_unset"),
        *("hold", "take_case", "engineers", "mark", "mark_all", "decisions"),
    ),
    "write": (
        *("new_case", "add_entry", "add_entry_here", "reply", "edit", "hide"),
        *("template", "own_editor", "save", "discard", "drafts", "copy"),
    ),
    "share": ("sync", "outbox"),
    "past": ("undo", "redo", "acts", "show_hidden"),
    "views": (
        *("next_view", "previous_view", "save_view", "remove_view"),
        *("sort", "turn_sort", "columns"),
    ),
    "begin": ("import_page", "open_store", "settings"),
    "own": ("run_own",),
    "look": (
        "filter",
        "filter_done",
        "filter_clear",
        "references",
        "statistics",
        "files",
        "preview",
        "labels",
        "help",
        "palette",
        "refresh",
        "suspend",
        "quit",
    ),
}
"""Module → the acts that it does."""

_MODULE_OF = {name: module for module, names in MODULES.items() for name in names}


def act_named(name: str) -> Callable[[MainScreen], None]:
    """Return the function that does the act ``name``."""
    module = import_module(f"workbench.tui.acts.{_MODULE_OF[name]}")
    return cast("Callable[[MainScreen], None]", getattr(module, name))
