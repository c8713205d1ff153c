"""What was done: taking it back, doing it again, looking at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.language import listed, t, tn, told
from workbench.tui.reading import act_words

if TYPE_CHECKING:
    from workbench.cases.model import HistoryItem
    from workbench.desk import Hiding
    from workbench.tui.screens.main import MainScreen


MANY = 3
"""An undo that hides more cases than this is asked about."""


def undo(main: MainScreen) -> None:
    """Take back the last act; where that hides many cases, a question comes first."""
    hidden = main.desk.undo_hides()
    if hidden.cases <= MANY:
        _turn(main, redo=False, hides=hidden)
        return
    from workbench.tui.screens.ask import ConfirmScreen

    def done(yes: bool | None) -> None:
        if yes:
            main.bench.guard(lambda: _turn(main, redo=False, hides=hidden))

    main.bench.open(ConfirmScreen(_question(hidden)), done)


def _question(hidden: Hiding) -> str:
    if hidden.page:
        return t(
            "Undo the import of {page}: {count} cases are hidden?",
            page=hidden.page,
            count=hidden.cases,
        )
    return t("Undo the last act: {count} cases are hidden?", count=hidden.cases)


def redo(main: MainScreen) -> None:
    """Do again what was just taken back."""
    _turn(main, redo=True)


def _turn(main: MainScreen, *, redo: bool, hides: Hiding | None = None) -> None:
    done = main.desk.undo(redo=redo, hides=hides)
    case_ids = list(done.cases)
    what = _done_words(done.done or done.items)
    names = listed(main.desk.key(case_id) for case_id in case_ids[:2])
    if len(case_ids) > 2:
        names += t(" and {n} more", n=len(case_ids) - 2)
    names = names or t("people")
    if redo:
        sentence = t("Done again: {what} ({cases})", what=what, cases=names)
    else:
        sentence = t("Taken back: {what} ({cases})", what=what, cases=names)
    besides = [told(said) for said in (*done.left, *done.alike)]
    more = len(besides) - MANY
    if more > 0:
        besides[MANY:] = [tn("{count} more is alike", "{count} more are alike", more)]
    main.bench.say(" ".join([sentence, *besides]), "warning" if done.left else "information")
    main.after_write(case_ids)


def _done_words(items: Sequence[HistoryItem]) -> str:
    """Return in words what was done; of what was added how many."""
    cases = sum(item.act == "add" and item.field == "case" for item in items)
    if cases:
        return tn("added {count} case", "added {count} cases", cases)
    entries = sum(item.act == "add" and item.field == "entry" for item in items)
    others = [item for item in items if (item.act, item.field) != ("add", "entry")]
    words = [tn("added {count} entry", "added {count} entries", entries)] if entries else []
    return listed(dict.fromkeys([*words, *map(act_words, others[:3])]))


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
