"""Choosing from a list of names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from widgets.picker import ListPicker
from workbench.language import t
from workbench.tui.screens.base import Dialog

Change = tuple[tuple[str, ...], tuple[str, ...]]


class PickScreen(Dialog["Change | None"]):
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
        super().__init__(classes="dialog")
        self._several = several
        self._picker = ListPicker(
            names,
            chosen=chosen,
            several=several,
            title=title,
            placeholder=placeholder,
            add_word=t("add “{name}”"),
            empty=t("No name yet: write one"),
            help=t("Space chooses · Enter takes · Esc leaves")
            if several
            else t("Enter takes · Esc leaves"),
        )

    def compose(self) -> ComposeResult:
        """Show the list in a box."""
        with Vertical(classes="box bare"):
            yield self._picker

    def on_mount(self) -> None:
        """Let typing narrow the list at once."""
        self._picker.focus()

    @on(ListPicker.Picked)
    def _picked(self, event: ListPicker.Picked) -> None:
        self.dismiss((event.added, event.removed) if self._several else (event.names, ()))

    @on(ListPicker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)


class ChooseScreen(Dialog["str | None"]):
    """Chooses one of a few things by its word on screen; gives back its name."""

    def __init__(self, choices: Sequence[tuple[str, str]], *, title: str) -> None:
        """Offer ``choices``: (name, word on screen)."""
        super().__init__(classes="dialog")
        self._names = {word: name for name, word in choices}
        self._picker = ListPicker(
            list(self._names),
            several=False,
            may_add=False,
            title=title,
            help=t("Enter takes · Esc leaves"),
        )

    def compose(self) -> ComposeResult:
        """Show the list in a box."""
        with Vertical(classes="box bare"):
            yield self._picker

    def on_mount(self) -> None:
        """Let typing narrow the list at once."""
        self._picker.focus()

    @on(ListPicker.Picked)
    def _picked(self, event: ListPicker.Picked) -> None:
        self.dismiss(self._names[event.names[0]] if event.names else None)

    @on(ListPicker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
