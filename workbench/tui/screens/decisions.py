"""Fields that people changed without seeing each other: a person says whose value holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from widgets.diff import DiffView, Version
from widgets.plain import plain, visible
from widgets.status_bar import StatusBar
from workbench.language import t
from workbench.tui.moments import stamp
from workbench.tui.reading import field_word, status_of
from workbench.tui.screens.base import CommandScreen
from workbench.tui.words import diff_words

if TYPE_CHECKING:
    from workbench.cases.model import Choice, Decision
    from workbench.desk import Written
    from workbench.local.drafts import Kind

TEXT_FIELDS = frozenset({"title", "problem", "text"})


class DecisionsScreen(CommandScreen):
    """Goes through the decisions, of one case or of all."""

    CSS_PATH = "../styles/dialogs.tcss"

    def __init__(self, case_id: str | None = None) -> None:
        """Show the decisions of a case; None for those of all."""
        super().__init__(id="decisions-screen")
        self._case_id = case_id
        self._decisions: list[Decision] = []
        self.lines = OptionList(compact=True, id="decision-list")
        self.view = DiffView(words=diff_words(), empty=t("Nothing waits for a decision"))
        self.bar = StatusBar()

    def compose(self) -> ComposeResult:
        """Put the values beside the list of decisions."""
        yield Static(plain(t("Decisions")), classes="title")
        with Container(id="decision-panes"):
            yield self.lines
            yield self.view
        yield self.bar

    def on_mount(self) -> None:
        """Show the first decision."""
        self.bar.hints = self.bench.keys.hints("decisions")
        self._fill(0)
        self.view.focus()

    @property
    def place(self) -> str:
        """The keys are those of the decisions."""
        return "decisions"

    @property
    def decision(self) -> Decision | None:
        """The decision that is shown."""
        at = self.lines.highlighted
        return self._decisions[at] if at is not None and at < len(self._decisions) else None

    def reread(self) -> None:
        """Show what another process decided or added."""
        self._fill(self.lines.highlighted or 0)

    def _fill(self, at: int) -> None:
        self._decisions = self.desk.decisions(self._case_id)
        self.lines.clear_options()
        self.lines.add_options([Option(self._line(decision)) for decision in self._decisions])
        if self._decisions:
            self.lines.highlighted = min(at, len(self._decisions) - 1)
        self._show()

    def _line(self, decision: Decision) -> Text:
        line = plain(self.desk.key(decision.case_id), "bold")
        line.append_text(plain("\n  " + field_word(decision.field), multiline=True))
        line.append_text(plain("  " + t("{n} values", n=len(decision.values)), "dim"))
        return line

    def _show(self) -> None:
        decision = self.decision
        if decision is None:
            self.view.set_versions([])
            self.bar.segments = ()
            return
        versions = [self._version(decision, choice) for choice in decision.values]
        before = None
        if decision.ancestor is not None:
            before = Version("", self._value(decision.field, decision.ancestor))
        self.view.set_versions(versions, before)
        title = self.desk.summaries([decision.case_id])[0].title
        self.bar.segments = (visible(title),)

    def _version(self, decision: Decision, choice: Choice) -> Version:
        who = t(
            "{who}, {when}",
            who=choice.author or "?",
            when=stamp(choice.written_at, self.bench.clock()),
        )
        extra = [choice.until and t("until {day}", day=choice.until), choice.why]
        note = ", ".join(part for part in extra if part)
        return Version(who, self._value(decision.field, choice.value), note)

    def _value(self, field: str, value: str | None) -> str:
        return status_of(value) if field == "status" else (value or "")

    # -- acts ------------------------------------------------------------------------------------

    def do_move_down(self) -> None:
        """To the next value; in the list to the next decision."""
        if self.lines.has_focus:
            self.lines.action_cursor_down()
        else:
            self.view.move(1)

    def do_move_up(self) -> None:
        """To the value before; in the list to the decision before."""
        if self.lines.has_focus:
            self.lines.action_cursor_up()
        else:
            self.view.move(-1)

    def do_page_down(self) -> None:
        """To the next decision."""
        self.lines.action_cursor_down()

    def do_page_up(self) -> None:
        """To the decision before."""
        self.lines.action_cursor_up()

    def do_move_top(self) -> None:
        """To the first decision."""
        self.lines.action_first()

    def do_move_end(self) -> None:
        """To the last decision."""
        self.lines.action_last()

    def do_next_focus(self) -> None:
        """Between the list and the values."""
        (self.view if self.lines.has_focus else self.lines).focus()

    do_previous_focus = do_next_focus

    def do_take_value(self) -> None:
        """Decide for the value under the cursor."""
        if self.lines.has_focus:
            self.view.focus()
        elif self._decisions:
            self._decide(choice=self.view.cursor + 1)

    def do_write_value(self) -> None:
        """Decide for a value of one's own."""
        decision = self.decision
        if decision is None:
            return
        if decision.field == "status":
            self._pick_status()
        elif decision.field in TEXT_FIELDS:
            self._write(decision)
        else:
            from workbench.tui.screens.ask import AskScreen

            question = t("{field} shall be", field=field_word(decision.field))
            value = decision.values[self.view.cursor].value or ""
            self.bench.open(AskScreen(question, self._answer, value=value))

    def _answer(self, text: str) -> None:
        self._decide(text=text)

    def _pick_status(self) -> None:
        from workbench.tui.screens.pick import ChooseScreen
        from workbench.tui.words import status_words

        choices = list(status_words().items())
        self.bench.open(
            ChooseScreen(choices, title=t("Status")),
            lambda status: self._decide(text=status) if status else None,
        )

    def _write(self, decision: Decision) -> None:
        """Write the value in the editor, so that it is a draft as every text is."""
        from workbench.tui.screens.editor import EditorScreen

        kind: Kind = "problem" if decision.field == "problem" else "title"
        if decision.entry:
            kind = "edit"
        draft = self.desk.open_draft(decision.case_id, kind, target=decision.entry)
        value = decision.values[self.view.cursor].value or ""

        def finish(text: str, *, speaker: str | None) -> Written:
            written = self.desk.decide(decision.id, text=text)
            self.desk.discard_draft(draft.id)
            return written

        def done(written: Written | None) -> None:
            if written is not None:
                self._decided(written)

        self.bench.open(EditorScreen(self.bench, draft, value, finish), done)

    def _decide(self, *, choice: int | None = None, text: str | None = None) -> None:
        decision = self.decision
        if decision is None:
            return

        self.bench.guard(
            lambda: self._decided(self.desk.decide(decision.id, choice=choice, text=text))
        )

    def _decided(self, written: Written) -> None:
        """Show what is left to decide; with nothing left, go back."""
        self.bench.main.after_write(written.case_ids)
        self._fill(self.lines.highlighted or 0)
        if not self._decisions:
            self.do_back()
        key = self.bench.keys.key("undo", "list")
        self.bench.call_next(self.bench.say, t("Decided, {key} takes it back", key=key))

    def do_back(self) -> None:
        """Leave the decisions."""
        self.app.pop_screen()

    def do_undo(self) -> None:
        """Take back the last act, and show what is to be decided then."""
        from workbench.tui.acts.past import undo

        undo(self.bench.main)
        self.reread()

    def do_redo(self) -> None:
        """Do the last act taken back again."""
        from workbench.tui.acts.past import redo

        redo(self.bench.main)
        self.reread()

    def do_filter(self) -> None:
        """Leave for the filter line."""
        self.do_back()
        self.bench.call_next(self.bench.run_command, "filter")

    def do_help(self) -> None:
        """Explain the keys of the decisions."""
        from workbench.tui.screens.help import HelpScreen

        self.bench.open(HelpScreen(self.bench, "decisions"))

    def do_palette(self) -> None:
        """Offer the acts that are possible here."""
        from workbench.tui.screens.palette import PaletteScreen

        self.bench.open(
            PaletteScreen(self.bench, "decisions"),
            lambda name: self.bench.run_command(name) if name else None,
        )

    # -- messages --------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.view.focus()

    @on(DiffView.VersionChosen)
    def _chosen(self, event: DiffView.VersionChosen) -> None:
        self._decide(choice=event.index + 1)

    @on(StatusBar.HintClicked)
    def _hint_clicked(self, event: StatusBar.HintClicked) -> None:
        act = self.bench.keys.key_of_label(event.key, "decisions")
        if act is not None:
            self.bench.run_command(act)
