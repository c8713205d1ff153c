"""Saved views: going through them, keeping the filter as one, forgetting one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def next_view(main: MainScreen) -> None:
    """Show the cases of the next saved view."""
    main.show_view(main.views.beside(1))


def previous_view(main: MainScreen) -> None:
    """Show the cases of the saved view before."""
    main.show_view(main.views.beside(-1))


def save_view(main: MainScreen) -> None:
    """Keep the filter under a name."""
    from workbench.tui.screens.ask import AskScreen

    def answer(name: str) -> str | None:
        try:
            view = main.desk.save_view(name, main.browser.query_text)
        except WorkbenchError as error:
            return trouble(error)
        main.views.read()
        main.views.recount()
        main.views.follow(view.query)
        return None

    main.bench.open(AskScreen(t("Name of the view"), answer))


def remove_view(main: MainScreen) -> None:
    """Forget the view that is shown."""
    view = main.views.view
    if view is None or view.built_in:
        main.bench.say(t("No view of your own is shown"))
        return
    main.desk.remove_view(view.name)
    main.views.read()
    main.views.follow(view.query)
    main.bench.say(t("Removed: {name}", name=view.name))
