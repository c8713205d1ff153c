"""Moving about: rows, entries, cases, parts of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def move_down(main: MainScreen) -> None:
    """To the next row."""
    main.pane.move(1)


def move_up(main: MainScreen) -> None:
    """To the row before."""
    main.pane.move(-1)


def page_down(main: MainScreen) -> None:
    """One screen further down."""
    main.pane.page(1)


def page_up(main: MainScreen) -> None:
    """One screen further up."""
    main.pane.page(-1)


def move_top(main: MainScreen) -> None:
    """To the first row."""
    main.pane.top()


def move_end(main: MainScreen) -> None:
    """To the last row."""
    main.pane.end()


def open(main: MainScreen) -> None:
    """Show the thread of the case under the cursor; where there is no case, offer to begin."""
    if main.browser.cursor_id is not None:
        main.open_case(main.browser.cursor_id)
    elif not main.browser.query_text:
        from workbench.tui.acts.begin import first_steps

        first_steps(main)


def back(main: MainScreen) -> None:
    """Leave the thread; in the list drop first the marks, then the filter."""
    if main.place != "list":
        main.close_case()
    elif main.browser.marked:
        main.browser.clear_marks()
        main.bench.say(t("No case is marked any more"))
    elif main.browser.query_text or main.filter_line.value:
        main.clear_filter()


def next_unread(main: MainScreen) -> None:
    """To the next unread entry of the thread, else to the next case with one."""
    in_thread = main.place == "thread"
    if in_thread and main.reader.thread.next_unread():
        return
    if in_thread:
        main.mark_read()
    case_id = main.browser.next_unread()
    if case_id is None:
        main.bench.say(t("Nothing unread here"))
    elif in_thread:
        main.open_case(case_id)
        main.reader.thread.next_unread()
    else:
        main.browser.select(case_id)


def next_hit(main: MainScreen) -> None:
    """To the next place in the thread that the filter found."""
    _hit(main, 1)


def previous_hit(main: MainScreen) -> None:
    """To the place before it."""
    _hit(main, -1)


def _hit(main: MainScreen, step: int) -> None:
    thread = main.reader.thread
    if not thread.highlight:
        key = main.bench.keys.key("filter", "list")
        main.bench.say(t("Nothing is looked for: {key} finds words", key=key))
        return
    went = thread.next_hit(step)
    if went == "none":
        main.bench.say(t("What is looked for does not stand in this thread"))
    elif went == "same":
        main.bench.say(t("This is the only hit"))
    elif went == "round":
        down, up = t("Past the last hit: the first again"), t("Before the first hit: the last")
        main.bench.say(down if step > 0 else up)


def fold(main: MainScreen) -> None:
    """Show all of a long entry, or its beginning alone again."""
    if not main.reader.thread.turn_fold():
        main.bench.say(t("Nothing is folded here"))


def jump(main: MainScreen) -> None:
    """Open a case by its number or key."""
    from workbench.tui.screens.ask import AskScreen

    def answer(text: str) -> str | None:
        try:
            case_id = main.desk.resolve(text)
        except WorkbenchError as error:
            return trouble(error)
        main.go_to(case_id)
        return None

    main.bench.open(AskScreen(t("Case number or key"), answer, placeholder="97"))


def next_focus(main: MainScreen) -> None:
    """To the next part of the screen."""
    if main.layout_now == "single":
        if main.place == "filter":
            main.set_focus(main.browser)
        return
    if main.place == "thread":
        main.close_case()
    elif main.browser.cursor_id is not None and main.place == "list":
        main.open_case(main.browser.cursor_id)
    else:
        main.set_focus(main.browser)


def previous_focus(main: MainScreen) -> None:
    """To the part of the screen before; there are two, so it is the other one."""
    next_focus(main)
