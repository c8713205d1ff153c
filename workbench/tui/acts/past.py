"""What was done: taking it back, doing it again, looking at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import listed, t, told
from workbench.tui.reading import act_words

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def undo(main: MainScreen) -> None:
    """Take back the last act."""
    _turn(main, redo=False)


def redo(main: MainScreen) -> None:
    """Do again what was just taken back."""
    _turn(main, redo=True)


def _turn(main: MainScreen, *, redo: bool) -> None:
    done = main.desk.undo(redo=redo)
    case_ids = list(done.cases)
    what = listed(dict.fromkeys(act_words(item) for item in done.items[:3]))
    names = listed(main.desk.key(case_id) for case_id in case_ids[:2])
    if len(case_ids) > 2:
        names += t(" and {n} more", n=len(case_ids) - 2)
    names = names or t("people")
    if redo:
        sentence = t("Done again: {what} ({cases})", what=what, cases=names)
    else:
        sentence = t("Taken back: {what} ({cases})", what=what, cases=names)
    main.bench.say(
        " ".join([sentence, *map(told, done.left)]), "warning" if done.left else "information"
    )
    main.after_write(case_ids)


def acts(main: MainScreen) -> None:
    """List what was done to the case."""
    from workbench.tui.screens.history import HistoryScreen

    if main.case_id is not None:
        main.bench.open(HistoryScreen(main.bench, main.case_id))


def show_hidden(main: MainScreen) -> None:
    """Show the hidden entries of the thread too, or leave them out again."""
    main.reader.with_hidden = not main.reader.with_hidden
    main.reader.reload()
    if main.reader.with_hidden:
        main.bench.say(t("Hidden entries are shown"))
    else:
        main.bench.say(t("Hidden entries are left out"))
