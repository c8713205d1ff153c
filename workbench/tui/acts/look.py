"""Finding and looking: filter, preview, help, palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import t

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def filter(main: MainScreen) -> None:
    """Go to the filter line."""
    if main.is_reading:
        main.close_case()
    main.set_focus(main.filter_line)


def filter_done(main: MainScreen) -> None:
    """Go to the list and keep the filter."""
    main.set_focus(main.browser)


def filter_clear(main: MainScreen) -> None:
    """Show all cases again."""
    main.clear_filter()


def preview(main: MainScreen) -> None:
    """Show the thread beside or below the list, or not at all."""
    if main.is_reading:
        return
    if main.layout_now != "single":
        main.preview = "off"
        if main.place == "thread":
            main.close_case()
    else:
        main.preview = "below" if main.app.size.width < 80 else "auto"
        if main.layout_now == "single":
            main.preview = "below"
    main.share_out()
    if main.layout_now == "single" and main.preview != "off":
        main.bench.say(t("The terminal is too small for list and thread at once"))


def files(main: MainScreen) -> None:
    """List the pictures and files of the case."""
    from workbench.tui.screens.files import FilesScreen

    if main.case_id is not None:
        main.bench.open(FilesScreen(main.bench, main.case_id))


def help(main: MainScreen) -> None:
    """Explain what is under the cursor."""
    from workbench.tui.screens.help import HelpScreen

    main.bench.open(HelpScreen(main.bench, main.place))


def palette(main: MainScreen) -> None:
    """Find any act by its name."""
    from workbench.tui.screens.palette import open_palette

    open_palette(main.bench, main.place)


def refresh(main: MainScreen) -> None:
    """Read everything again."""
    main.reread()
    main.browser.sort_anew()
    main.bench.say(t("Read again"))


def quit(main: MainScreen) -> None:
    """End the program."""
    main.bench.leave()
