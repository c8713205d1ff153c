"""Finding and looking: filter, preview, help, palette."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from workbench.language import t
from workbench.tui.layout import next_preview

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def filter(main: MainScreen) -> None:
    """Go to the filter line."""
    if main.is_reading:
        main.close_case()
    line = main.filter_line
    if main.views.view is not None and line.value and not line.value.endswith(" "):
        from workbench.cases.query import grouped

        line.set_text(f"{grouped(line.value)} ")  # what is typed narrows all of the view
    main.set_focus(line)


def filter_done(main: MainScreen) -> None:
    """Go to the list and keep the filter."""
    main.set_focus(main.browser)


def filter_clear(main: MainScreen) -> None:
    """Show all cases again."""
    main.clear_filter()


def preview(main: MainScreen) -> None:
    """Show the thread beside the list, below it, or not at all; each time the next that fits."""
    if main.is_reading:
        return
    size = main.app.size
    way = next_preview(size.width, size.height, main.preview)
    if way == main.preview:
        main.bench.say(t("The terminal is too small for list and thread at once"))
        return
    main.preview = way
    if main.layout_now == "single" and main.place == "thread":
        main.close_case()
    main.share_out()
    words = {
        "side": t("The thread stands beside the list"),
        "below": t("The thread stands below the list"),
        "off": t("The thread is shown when a case is opened"),
    }
    main.bench.say(words[way])


def labels(main: MainScreen) -> None:
    """Put a letter on everything that can be gone to."""
    from workbench.tui.screens.labels import LabelsScreen, targets

    main.bench.open(LabelsScreen(targets(main)))


def references(main: MainScreen) -> None:
    """List what the text under the cursor mentions; what is chosen is looked for."""
    from workbench.tui.screens.references import ReferencesScreen

    case = main.reader.case
    if case is None:
        return
    entry = main.reader.entry
    text = case.summary.problem if entry is None else entry.text
    screen = ReferencesScreen(main.bench, text)
    if not screen.has_any:
        main.bench.say(t("No order, phone, key or long number stands here"))
        return
    main.bench.open(screen, lambda query: _look_for(main, query) if query else None)


def _look_for(main: MainScreen, query: str) -> None:
    if main.is_reading:
        main.close_case()
    main.look_for(query)
    main.set_focus(main.browser)


def statistics(main: MainScreen) -> None:
    """Show what the cases of the list come to; those of a bar are looked for."""
    from workbench.tui.screens.statistics import StatisticsScreen

    screen = StatisticsScreen(main.bench, main.browser.asked)
    main.bench.open(screen, lambda query: _look_for(main, query) if query else None)


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


def suspend(main: MainScreen) -> None:
    """Stop the program and all that was started with it, until its shell says ``fg``."""
    if os.getpgrp() == os.getsid(0):  # Nobody would be there to wake it.
        main.bench.say(t("No shell waits behind this screen"), "warning")
        return
    main.bench.keep_text()
    with main.bench.suspend():
        os.killpg(os.getpgrp(), signal.SIGSTOP)
