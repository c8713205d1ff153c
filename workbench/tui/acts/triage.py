"""Status, engineers, marks and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import status_word, t, tn
from workbench.tui.moments import dated

if TYPE_CHECKING:
    from workbench.cases.model import Status
    from workbench.desk import Written
    from workbench.tui.screens.main import MainScreen


def status_in_progress(main: MainScreen) -> None:
    """Set the status to in progress."""
    set_status(main, "in_progress")


def status_resolved(main: MainScreen) -> None:
    """Set the status to resolved."""
    set_status(main, "resolved")


def status_on_hold(main: MainScreen) -> None:
    """Set the status to on hold."""
    set_status(main, "on_hold")


def status_unset(main: MainScreen) -> None:
    """Take the status away."""
    set_status(main, "unset")


def set_status(
    main: MainScreen, value: Status, until: str | None = None, why: str | None = None
) -> None:
    """Set a status for every target; the desk writes nothing where it is so already."""
    targets = main.targets()
    if not targets:
        return
    written = main.desk.status(
        targets, value, until=until, why=why, seen=main.browser.seen(targets)
    )
    what = t("status → {status}", status=status_word(value))
    if until is not None:
        what += " " + t("until {day}", day=dated(until))
    finish(main, written, what, len(targets))


def finish(main: MainScreen, written: Written, what: str, asked: int) -> None:
    """Show and say what an act on cases wrote."""
    if not written.changes:
        main.bench.say(t("{what}: it is so already", what=what))
    else:
        key = main.bench.keys.key("undo", "list")
        if asked > 1:
            what = tn("{what} for {count} case", "{what} for {count} cases", asked, what=what)
        main.bench.say(t("{what}, {key} takes it back", what=what, key=key))
    if main.place != "thread":
        main.browser.clear_marks()
    main.after_write(written.case_ids)


def hold(main: MainScreen) -> None:
    """Put on hold until a day, for a reason."""
    from workbench.tui.screens.hold import HoldScreen

    if not main.targets():
        return
    case = main.desk.summaries(main.targets()[:1])[0]

    def done(answer: tuple[str | None, str | None] | None) -> None:
        if answer is not None:
            main.bench.guard(lambda: set_status(main, "on_hold", *answer))

    main.bench.open(HoldScreen(case.status_until, case.status_why), done)


def take_case(main: MainScreen) -> None:
    """Make the person an engineer of the case."""
    targets = main.targets()
    if targets:
        name = main.desk.author
        finish(main, main.desk.assign(targets, add=(name,)), f"+ {name}", len(targets))


def engineers(main: MainScreen) -> None:
    """Choose who works on the case."""
    from workbench.tui.screens.pick import PickScreen

    targets = main.targets()
    if not targets:
        return
    chosen: set[str] = set(main.desk.summaries(targets[:1])[0].people)
    for summary in main.desk.summaries(targets[1:]):
        chosen &= set(summary.people)

    def done(change: tuple[tuple[str, ...], tuple[str, ...]] | None) -> None:
        if change is not None and any(change):
            main.bench.guard(lambda: _assign(main, targets, *change))

    main.bench.open(
        PickScreen(
            main.desk.engineers(), chosen, title=t("Engineers"), placeholder=t("name, or a new one")
        ),
        done,
    )


def _assign(
    main: MainScreen, targets: list[str], added: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    what = " ".join([*(f"+ {name}" for name in added), *(f"− {name}" for name in removed)])
    finish(main, main.desk.assign(targets, add=added, remove=removed), what, len(targets))


def mark(main: MainScreen) -> None:
    """Mark the case, or take its mark away."""
    main.browser.toggle_mark()


def mark_all(main: MainScreen) -> None:
    """Mark all cases in view; if all are marked, take the marks away."""
    shown = main.browser.ids
    if main.browser.marked.issuperset(shown):
        main.browser.clear_marks()
    else:
        main.browser.mark_all(shown)


def decisions(main: MainScreen) -> None:
    """Show what people changed without seeing each other: this case's, else all."""
    from workbench.tui.screens.decisions import DecisionsScreen

    own = main.desk.decisions(main.case_id) if main.case_id else []
    if not own and not main.desk.decisions():
        main.bench.say(t("Nothing waits for a decision"))
        return
    main.bench.open(DecisionsScreen(main.case_id if own else None))
