"""Where text is written: entries, replies, edits, cases. It is a draft from the start.

"No key stroke is ever more than 300 ms from the disk": the first unsaved one starts a timer, and
later ones do not put it off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from widgets.choices import Choice, Choices
from widgets.editor import Editor
from widgets.plain import plain, visible
from widgets.status_bar import StatusBar
from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble
from workbench.tui.line import PlainInput
from workbench.tui.mentioned import also_in
from workbench.tui.naming import Names, Naming, Offer, naming
from workbench.tui.screens.base import Dialog

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.desk import Draft, Written
    from workbench.exchange.pasted import Said
    from workbench.tui.application import Workbench

SAVE_SECONDS = 0.2
"""How long the first unsaved key stroke waits; what is left of 300 ms is for a slow disk."""


SPOKEN_KINDS = frozenset({"note", "reply"})
"""Kinds of drafts that somebody may be quoted as the speaker of."""


class EditorScreen(Dialog["Written | None"]):
    """Writes one draft, over the lower part of the screen. Gives back what saving wrote."""

    def __init__(
        self,
        bench: Workbench,
        draft: Draft,
        text: str | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        """Edit ``draft``.

        Args:
            bench: The application.
            draft: An open draft.
            text: What a new draft begins with; None to go on with what the draft holds.
            is_new: Whether the text is worth saving as it is, though it changes an older one.
        """
        super().__init__(id="editor-screen")
        self._is_new = is_new or draft.kind in ("note", "reply", "new")
        self.draft = draft
        self._begun_with = text if text is not None else ""
        self._unsaved = False
        self._done = False
        self._timer: Timer | None = None
        self._warned = False
        self._known = ""
        cursor = draft.cursor if text is None else len(text)
        self.editor = Editor(
            draft.text if text is None else text,
            cursor,
            title=visible(what_is_written(bench, draft)),
            placeholder=placeholder(draft.kind),
            min_lines=5,
            max_lines=14,
        )
        self._names = Names(bench.desk)
        self._named: Naming | None = None
        self._offered: Sequence[Offer] = ()
        self.offers = Choices(id="offers")
        self.offers.display = False
        self.speaker = PlainInput(draft.speaker or "", id="speaker", compact=True)
        self.bar = StatusBar()

    def compose(self) -> ComposeResult:
        """Put the speaker's line over the text, and the keys under it."""
        with Vertical(id="sheet"):
            if self.draft.kind in SPOKEN_KINDS:
                with Horizontal(id="speaker-line"):
                    yield Static(plain(t("said by")), id="speaker-label")
                    yield self.speaker
            yield self.editor
            yield self.offers
            yield self.bar

    def on_mount(self) -> None:
        """Put the cursor where the text goes."""
        self.speaker.placeholder = visible(self.desk.author)
        self.set_focus(self.editor)
        self.bar.hints = self._hints()
        self._look_meanwhile()

    @property
    def place(self) -> str:
        """Text has focus, so only few acts are possible."""
        return "editor"

    # -- keeping ---------------------------------------------------------------------------------

    @on(Editor.TextEdited)
    def _text_edited(self, event: Editor.TextEdited) -> None:
        self._touch()
        self._look_for_names(event.text[: event.cursor])

    @on(Input.Changed)
    def _speaker_changed(self) -> None:
        if self.speaker.value != visible(self.draft.speaker or ""):
            self._touch()

    def _touch(self) -> None:
        """Take note of a key stroke that is not on the disk yet."""
        self._unsaved = True
        self._warned = False
        self.editor.draft_state = t("…")
        if self._timer is None:
            self._timer = self.set_timer(SAVE_SECONDS, self.keep)

    def keep(self) -> None:
        """Write the text into the draft, if it isn't there yet."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self._unsaved or self._done:
            return
        try:
            self.desk.save_draft(
                self.draft.id,
                self.editor.text,
                cursor=self.editor.cursor,
                speaker=self.speaker.value.strip() or None,
            )
        except WorkbenchError as error:
            # The text is still on screen: the next key stroke or Ctrl+S tries again.
            self.bench.say_error(error)
            return
        self._unsaved = False
        self.editor.draft_state = t("draft kept")
        self._look_meanwhile()

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Keep the text when the person goes to another window."""
        self.keep()

    def on_unmount(self) -> None:
        """Keep the text however the screen ends."""
        self.keep()

    def reread(self) -> None:
        """See whether somebody changed meanwhile what is being edited."""
        self._look_meanwhile()

    def _look_meanwhile(self) -> None:
        self.bench.guard(self._say_meanwhile)

    def _say_meanwhile(self) -> None:
        change = self.desk.meanwhile(self.draft.id)
        if change is not None:
            who = visible(change.author or "?")
            self.editor.note = t("changed meanwhile by {who}", who=who)
            return
        if self.editor.note in ("", self._known):  # whatever else is said there comes first
            known = self.desk.mentions(self.editor.text, but=self.draft.case_id)
            self.editor.note = self._known = visible(also_in(known))

    # -- names -----------------------------------------------------------------------------------

    def _look_for_names(self, before: str) -> None:
        """Offer names for what is being named in front of the cursor, if anything is."""
        self._named = naming(before)
        if self._named is None:
            self._offer(())
        else:
            self.run_worker(self._find_names(self._named), group="names", exclusive=True)

    async def _find_names(self, named: Naming) -> None:
        try:
            found = await self._names.offers(named)
        except WorkbenchError:
            found = []  # the text comes first: nothing is offered
        if named is self._named:
            self._offer(found)

    def _offer(self, found: Sequence[Offer]) -> None:
        self._offered = found
        self.offers.set_choices([Choice(offer.text, visible(offer.shown)) for offer in found])
        self.offers.display = self.editor.yields_arrows = bool(found)
        self.bar.hints = self._hints()

    def _hints(self) -> tuple[tuple[str, str], ...]:
        """Return the keys to name in the footer."""
        if not self.offers.display:
            return self.bench.keys.hints("editor")
        return (("Tab", t("Use it")), ("↑ ↓", t("Choose")), ("Esc", t("Write on")))

    def _take(self, offer: str) -> None:
        """Put a name in the place of its beginning, unless the cursor has left that since."""
        named, self._named = self._named, None
        self._offer(())
        if named is None or naming(self.editor.text[: self.editor.cursor]) != named:
            return
        row, column = self.editor.cursor_location
        self.editor.replace(offer, (row, column - named.length), (row, column))

    @on(Choices.Clicked)
    def _clicked(self, event: Choices.Clicked) -> None:
        self._take(event.choice.value)

    def press(self, event: events.Key) -> bool:
        """While names are offered, the arrows choose among them, Tab takes one, Esc none."""
        if self.offers.display and self.editor.has_focus and self._choose_name(event.key):
            return True
        return super().press(event)

    def _choose_name(self, key: str) -> bool:
        if key in ("up", "down"):
            self.offers.move(1 if key == "down" else -1)
        elif key == "tab" and self.offers.choice is not None:
            self._take(self.offers.choice.value)
        elif key == "escape":
            self._named = None
            self._offer(())
        else:
            return False
        return True

    # -- files -----------------------------------------------------------------------------------

    @on(Editor.TextPasted)
    def _pasted(self, event: Editor.TextPasted) -> None:
        """Offer to attach a file whose path was pasted, or which was dropped on the terminal."""
        from workbench.tui.dropping import dropped

        case_id, path = self.draft.case_id, dropped(event.text)
        if case_id is None or path is None:
            return
        from workbench.cases.files import show_size
        from workbench.tui.screens.ask import ConfirmScreen

        question = t(
            "Attach {file} ({size}) to the case? Its path leaves the text then.",
            file=visible(path.name),
            size=show_size(path.stat().st_size),
        )
        attach = partial(self._take_file, case_id, path, event.text)
        self.bench.open(ConfirmScreen(question), lambda yes: attach() if yes else None)

    def _take_file(self, case_id: str, path: Path, pasted: str) -> None:
        end = self.editor.cursor
        if self.editor.text[:end].endswith(pasted):
            self.editor.cursor = end - len(pasted)
            start = self.editor.cursor_location
            self.editor.cursor = end
            self.editor.replace("", start, self.editor.cursor_location)
        attach = partial(self._attach_beside, case_id, path)
        self.bench.run_worker(attach, thread=True, group="attach")

    def _attach_beside(self, case_id: str, path: Path) -> None:
        """Attach a file; in a thread, since reading it may take long."""
        from workbench.desk.attaching import given_file

        try:
            with self.desk.beside() as desk:
                file = given_file(path, path.name, self.bench.config.file_limit)
                attached, _ = desk.attach(case_id, file)
        except (WorkbenchError, OSError) as error:
            self.bench.call_from_thread(self.bench.say, trouble(error), "error")
            return
        said = t("Attached: {file}", file=visible(attached.file))
        self.bench.call_from_thread(self.bench.say, said)

    # -- acts ------------------------------------------------------------------------------------

    def do_template(self) -> None:
        """Put a text that is written often where the cursor stands."""
        from workbench.tui.screens.templates import choose

        choose(self.bench, self.draft.case_id, self._insert)

    def _insert(self, text: str) -> None:
        self.set_focus(self.editor)
        self.editor.insert(text)

    def do_own_editor(self) -> None:
        """Write on in the editor that EDITOR names; the draft is kept before."""
        from textual.app import SuspendNotSupported

        from workbench.tui.owneditor import named, write_in

        editor, before = named(), self.editor.text
        self._unsaved = True
        self.keep()
        try:
            with self.bench.suspend():
                written = write_in(editor, before)
        except SuspendNotSupported:
            self.bench.say(t("This terminal can't be handed to another program"), "warning")
            return
        if written != before:
            self.editor.replace(written, (0, 0), self.editor.document.end)

    def do_save(self) -> None:
        """Save what is written."""
        self.editor.request_save()

    def do_discard(self) -> None:
        """Ask whether to drop the draft."""
        self.editor.request_discard()

    def do_back(self) -> None:
        """Close; the draft stays."""
        self.editor.request_close()

    def do_next_focus(self) -> None:
        """To the next line of the form."""
        self.focus_next()

    def do_previous_focus(self) -> None:
        """To the line of the form before."""
        self.focus_previous()

    def do_filter(self) -> None:
        """Say that the text comes first."""
        self.bench.say(t("Save or close the text first"))

    def do_palette(self) -> None:
        """Offer the acts that are possible here."""
        from workbench.tui.screens.palette import open_palette

        self.keep()
        open_palette(self.bench, "editor")

    def do_help(self) -> None:
        """Explain the keys of the editor."""
        from workbench.tui.screens.help import HelpScreen

        self.keep()
        self.bench.open(HelpScreen(self.bench, "editor"))

    @on(Editor.SaveRequested)
    def _save(self) -> None:
        text = self.editor.text
        if not text.strip():
            self.bench.say(t("There is no text yet"))
            return
        if text == self._begun_with and not self._is_new:
            self._drop()
            self.bench.say(t("Nothing was changed"))
            return
        self.keep()
        several = () if self.speaker.value.strip() else self._apart(text)
        if len(several) > 1:
            from workbench.tui.screens.apart import ApartScreen

            self.bench.open(ApartScreen(several), partial(self._save_apart, text, several))
        else:
            self._save_whole(text)

    def _apart(self, text: str) -> Sequence[Said]:
        try:
            return self.desk.take_apart(self.draft.id, text)
        except WorkbenchError:
            return ()

    def _save_apart(self, text: str, several: Sequence[Said], apart: bool | None) -> None:
        """Save as was chosen: apart, whole, or (None) not yet."""
        if apart:
            self._finish(lambda: self.desk.finish_apart(self.draft.id, several))
        elif apart is not None:
            self._save_whole(text)

    def _save_whole(self, text: str) -> None:
        speaker = self.speaker.value.strip() or None
        self._finish(lambda: self.desk.finish_draft(self.draft.id, text, speaker=speaker))

    def _finish(self, finish: Callable[[], Written]) -> None:
        try:
            written = finish()
        except WorkbenchError as error:
            self.bench.say_error(error)
            return
        self._done = True
        self.dismiss(written)

    @on(Editor.CloseRequested)
    def _close(self, event: Editor.CloseRequested) -> None:
        if event.recently_typed and not self._warned:
            # It was most likely meant for the input method, to drop a half-typed word.
            self._warned = True
            self.bench.say(t("Esc again closes, the draft stays"))
            return
        if self.editor.text in ("", self._begun_with):
            self._drop()
            return
        self._unsaved = True
        self.keep()
        if not self._unsaved:
            self.dismiss(None)
            self.bench.call_next(self.bench.say, t("The draft stays"))

    @on(Editor.DiscardRequested)
    def _discard(self) -> None:
        if self.editor.text in ("", self._begun_with):
            self._drop()
            return
        from workbench.tui.screens.ask import ConfirmScreen

        question = t("Discard this draft? It can be brought back for 30 days.")
        self.keep()
        self.bench.open(ConfirmScreen(question), lambda yes: self._drop() if yes else None)

    def _drop(self) -> None:
        self.bench.guard(self._discard_and_close)

    def _discard_and_close(self) -> None:
        self.desk.discard_draft(self.draft.id)
        self._done = True
        self.dismiss(None)


def what_is_written(bench: Workbench, draft: Draft) -> str:
    """Return the title over the text."""
    if draft.case_id is None:
        return t("New case in {project}", project=draft.target or "")
    key = bench.desk.key(draft.case_id)
    titles = {
        "note": t("New entry in {case}", case=key),
        "reply": t("Reply in {case}", case=key),
        "edit": t("Edit an entry of {case}", case=key),
        "problem": t("Problem of {case}", case=key),
        "title": t("Title of {case}", case=key),
    }
    return titles.get(draft.kind, key)


def placeholder(kind: str) -> str:
    """Return what an empty text shows."""
    if kind == "new":
        return t("What is the problem? The first line becomes the title.")
    return t("Write here: every key stroke is kept.")
