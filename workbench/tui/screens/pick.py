"""Choosing from a list of names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from widgets.picker import ListPicker
from workbench.cases.initials import is_meant
from workbench.language import t
from workbench.tui.screens.base import Dialog

Change = tuple[tuple[str, ...], tuple[str, ...]]
Result = TypeVar("Result")


class _ListScreen(Dialog[Result | None]):
    """A list of names in a box; Esc gives nothing back."""

    def __init__(self, picker: ListPicker) -> None:
        super().__init__(classes="dialog")
        self._picker = picker

    def compose(self) -> ComposeResult:
        """Show the list in a box."""
        with Vertical(classes="box bare"):
            yield self._picker

    def on_mount(self) -> None:
        """Let typing narrow the list at once."""
        self._picker.focus()

    @on(ListPicker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)


class PickScreen(_ListScreen[Change]):
    """Chooses names; gives back those added and those removed. New names can be written."""

    def __init__(
        self,
        names: Sequence[str],
        chosen: Collection[str] = (),
        *,
        several: bool = True,
        title: str = "",
        placeholder: str = "",
    ) -> None:
        """Offer ``names``, of which ``chosen`` are chosen now."""
        self._several = several
        picker = ListPicker(
            names,
            chosen=chosen,
            several=several,
            title=title,
            placeholder=placeholder,
            add_word=t("add “{name}”"),
            match=is_meant,
            empty=t("No name yet: write one"),
            help=t("Space chooses · Enter takes · Esc leaves")
            if several
            else t("Enter takes · Esc leaves"),
        )
        super().__init__(picker)

    @on(ListPicker.Picked)
    def _picked(self, event: ListPicker.Picked) -> None:
        self.dismiss((event.added, event.removed) if self._several else (event.names, ()))


class ChooseScreen(_ListScreen[str]):
    """Chooses one of a few things by its word on screen; gives back its name."""

    def __init__(
        self, choices: Sequence[tuple[str, str]], *, title: str, current: str | None = None
    ) -> None:
        """Offer ``choices``: (name, word on screen); the cursor begins on ``current``."""
        self._names = {word: name for name, word in choices}
        picker = ListPicker(
            list(self._names),
            chosen=[word for name, word in choices if name == current],
            several=False,
            may_add=False,
            title=title,
            match=is_meant,
            help=t("Enter takes · Esc leaves"),
        )
        super().__init__(picker)

    @on(ListPicker.Picked)
    def _picked(self, event: ListPicker.Picked) -> None:
        self.dismiss(self._names[event.names[0]] if event.names else None)
