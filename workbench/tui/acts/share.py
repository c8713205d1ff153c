"""Sharing: exchanging with the stores, and what they do not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import t

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def sync(main: MainScreen) -> None:
    """Exchange with all stores in the background; stop that if it goes on.

    Who asks for what is new wants the list in its order, too.
    """
    if not main.sharing.is_running:
        main.browser.sort_anew()
    if main.desk.stores():
        main.sharing.toggle()
    else:
        main.bench.say(t("There is no shared store yet: workbench store add NAME FOLDER"))


def outbox(main: MainScreen) -> None:
    """List what the stores do not have yet."""
    from workbench.tui.screens.outbox import OutboxScreen

    if main.desk.stores():
        main.bench.open(
            OutboxScreen(main.bench), lambda case_id: main.open_case(case_id) if case_id else None
        )
    else:
        main.bench.say(t("There is no shared store to send to."))
