"""Writing: cases, entries, replies, edits, and the drafts behind them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from workbench.cases.text import squash
from workbench.language import explained, field_word, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.cases.model import Entry
    from workbench.desk import Draft, Written
    from workbench.local.drafts import Kind
    from workbench.tui.screens.main import MainScreen

COPY_AGAIN_SECONDS = 3.0


def write(main: MainScreen, draft: Draft, text: str | None = None) -> None:
    """Open the editor on a draft; ``text`` is what it begins with (else what the draft holds)."""
    from workbench.tui.screens.editor import EditorScreen

    def done(written: Written | None) -> None:
        if written is None:
            main.after_write([draft.case_id] if draft.case_id else [])
            return
        if draft.kind == "new":
            main.show_new(written.case_ids[0])
        main.after_write(written.case_ids, written.entry_id)
        if written.decision:
            key = main.bench.keys.key("decisions", "list")
            main.bench.say(
                t("Saved beside the other change: {key} decides between them", key=key), "warning"
            )
        else:
            key = main.bench.keys.key("undo", "list")
            main.bench.say(t("Saved, {key} takes it back", key=key))

    main.bench.open(EditorScreen(main.bench, draft, text), done)


def start(
    main: MainScreen,
    kind: Kind,
    text: str = "",
    *,
    target: str | None = None,
    seen: Sequence[str] = (),
    case_id: str | None = None,
) -> bool:
    """Go on with a draft of the same thing that was left, else begin one with ``text``.

    Returns:
        whether the editor opened on ``text``.
    """
    case_id = case_id or (main.case_id if kind != "new" else None)
    if case_id is None and kind != "new":
        return False
    for draft in main.bench.resumable(case_id):
        same = (draft.case_id, draft.kind, draft.target) == (case_id, kind, target)
        if same and draft.text.strip() and kind != "new":
            write(main, draft)
            return False
    draft = main.desk.open_draft(case_id, kind, target=target, seen=tuple(seen))
    write(main, draft, text)
    return True


def new_case(main: MainScreen) -> None:
    """Start a new case: the project first, then its text."""
    from workbench.tui.screens.pick import PickScreen

    projects = main.desk.projects()

    def done(change: tuple[tuple[str, ...], tuple[str, ...]] | None) -> None:
        if change is not None and change[0]:
            main.bench.guard(lambda: start(main, "new", target=change[0][0]))

    main.bench.open(PickScreen(projects, several=False, title=t("New case in project")), done)


def add_entry(main: MainScreen) -> None:
    """Start an entry at the end of the thread."""
    start(main, "note")


add_entry_here = add_entry


def reply(main: MainScreen) -> None:
    """Answer the entry under the cursor, with a line of it quoted."""
    entry = main.reader.entry
    if entry is None:
        start(main, "note")
        return
    first = next((line for line in entry.text.splitlines() if line.strip()), "")
    start(main, "reply", f"> {first}\n" if first else "", target=entry.id)


def edit(main: MainScreen) -> None:
    """Change the entry under the cursor, or the case's problem, title or date."""
    entry, case = main.reader.entry, main.reader.case
    if case is None:
        return
    if entry is not None:
        if entry.redacted:
            main.bench.say(t("This text was taken out; it can't be edited"), "warning")
            return
        start(main, "edit", entry.text, target=entry.id, seen=entry.seen)
    elif main.reader.on_problem:
        from workbench.tui.screens.pick import ChooseScreen

        fields = ("problem", "title", "date")
        choices = [(field, field_word(field)) for field in fields]
        main.bench.open(
            ChooseScreen(choices, title=t("Edit what?")), lambda field: _edit_field(main, field)
        )


def _edit_field(main: MainScreen, field: str | None) -> None:
    case = main.reader.case
    if field is None or case is None:
        return
    seen = case.seen.get(field, ())
    if field == "date":
        _ask_date(main, case.summary.id, case.summary.opened_on or "", seen)
        return
    text = case.summary.problem if field == "problem" else case.summary.title
    kind: Kind = "problem" if field == "problem" else "title"
    main.bench.guard(lambda: start(main, kind, text, seen=seen))


def _ask_date(main: MainScreen, case_id: str, value: str, seen: tuple[str, ...]) -> None:
    from workbench.cases.errors import WorkbenchError
    from workbench.tui.moments import local
    from workbench.tui.screens.ask import AskScreen

    def answer(text: str) -> str | None:
        try:
            written = main.desk.edit_field(case_id, "date", text, seen=seen or None)
        except WorkbenchError as error:
            return explained(error)
        main.after_write(written.case_ids)
        return None

    today = local(main.bench.clock()).date().isoformat()
    main.bench.open(AskScreen(t("Opened on"), answer, value=value, placeholder=today))


def hide(main: MainScreen) -> None:
    """Take the entry out of sight, in the list or on the problem the case; show a hidden one."""
    if main.place == "thread" and main.reader.entry is not None:
        _hide_entry(main, main.reader.entry)
    elif main.place != "thread" or main.reader.on_problem:
        _hide_cases(main, main.targets())


def _hide_cases(main: MainScreen, case_ids: list[str]) -> None:
    from workbench.tui.acts.triage import finish

    if not case_ids:
        return
    if all(summary.hidden for summary in main.desk.summaries(case_ids)):
        finish(main, main.desk.unhide(case_ids), t("Shown again"), len(case_ids))
        return
    if main.place == "thread":
        main.close_case()
    finish(main, main.desk.hide(case_ids), t("Hidden"), len(case_ids))


def _hide_entry(main: MainScreen, entry: Entry) -> None:
    case_id = main.reader.case_id
    assert case_id is not None, "an entry under the cursor is an entry of a case"
    key = main.bench.keys.key("undo", "list")
    if entry.hidden:
        written = main.desk.unhide([case_id], entry.id)
        main.bench.say(t("Shown again, {key} takes it back", key=key))
    else:
        written = main.desk.hide([case_id], entry.id)
        main.bench.say(t("Hidden, {key} takes it back", key=key))
    main.after_write(written.case_ids or [case_id])


def save(main: MainScreen) -> None:
    """Say that there is nothing to save: every act is written at once."""
    main.bench.say(t("Nothing is being written"))


discard = own_editor = save


def template(main: MainScreen) -> None:
    """Begin an entry with a text that is written often."""
    from workbench.tui.screens.templates import choose

    case_id = main.case_id
    if case_id is None:
        return

    def use(text: str) -> None:
        if not start(main, "note", text, case_id=case_id):
            key = main.bench.keys.key("template", "editor")
            main.bench.call_next(
                main.bench.say, t("An entry was begun here: {key} puts the template in", key=key)
            )

    choose(main.bench, case_id, use)


def drafts(main: MainScreen) -> None:
    """Show texts that were left unfinished, and those thrown away in the last 30 days."""
    from workbench.tui.screens.drafts import DraftsScreen

    if not main.bench.resumable() and not main.desk.discarded_drafts():
        main.bench.say(t("No draft is kept"))
        return
    main.bench.open(
        DraftsScreen(main.bench), lambda draft: main.go_on(draft) if draft is not None else None
    )


def copy(main: MainScreen) -> None:
    """Copy the key; again at once the title too, the report for a chat, the entry at hand.

    That of all marked cases, as of any act; an entry only where the cursor is on one.
    """
    cases = tuple(main.targets())
    if not cases:
        return
    entry = main.reader.entry if main.place == "thread" else None
    forms = 3 if entry is None else 4
    before = main.copied
    times = before.times % forms if before is not None and before.case_ids == cases else 0
    main.copied = Copied(cases, times + 1)
    if entry is not None and times == 3:
        text = f"【{entry.speaker}】: {entry.text}" if entry.speaker else entry.text
    else:
        gap = "\n\n" if times == 2 else "\n"
        text = gap.join(_copied_text(main, case_id, times) for case_id in cases)
    main.bench.copy(text)
    main.bench.say(t("Copied: {text}", text=squash(text)))
    main.set_timer(COPY_AGAIN_SECONDS, partial(main.forget_copied, main.copied))


def _copied_text(main: MainScreen, case_id: str, times: int) -> str:
    if times == 2:
        return main.desk.chat(case_id)
    summary = main.desk.summaries([case_id])[0]
    return f"{summary.key} {summary.title}" if times else summary.key


class Copied(NamedTuple):
    """What was copied just now, and how often: ``times`` 1 is the keys alone."""

    case_ids: tuple[str, ...]
    times: int
