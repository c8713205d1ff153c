"""Saved views: going through them, keeping the filter as one, forgetting one; their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble
from workbench.tui.sorting import choices, turned

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


def sort(main: MainScreen) -> None:
    """Choose the order of the list."""
    from workbench.tui.screens.pick import ChooseScreen

    now = main.browser.sort
    screen = ChooseScreen(list(choices(now)), title=t("Sort by"), current=turned(now))
    main.bench.open(screen, lambda chosen: main.sort_by(chosen) if chosen else None)


def turn_sort(main: MainScreen) -> None:
    """Turn the order of the list round."""
    main.sort_by(turned(main.browser.sort))


def columns(main: MainScreen) -> None:
    """Choose the columns of the list."""
    from workbench.tui.screens.columns import ColumnsScreen

    main.bench.open(ColumnsScreen(main.bench))
