"""Fields that people changed without seeing each other: a person says whose value holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from widgets.diff import DiffView, Version
from widgets.line_list import LineList
from widgets.plain import plain, visible
from widgets.signs import CURSOR_SIGN
from widgets.status_bar import StatusBar
from workbench.cases.merge import merge
from workbench.language import field_word, listed, relayed_words, t, tn
from workbench.tui.layout import BESIDE_COLUMNS
from workbench.tui.moments import dated, stamp
from workbench.tui.reading import status_of
from workbench.tui.screens.base import CommandScreen
from workbench.tui.words import diff_words

if TYPE_CHECKING:
    from workbench.cases.model import Choice, Decision
    from workbench.desk import Draft, Written
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
        self.lines = LineList(id="decision-list")
        self.view = DiffView(words=diff_words(), empty=t("Nothing waits for a decision"))
        self.bar = StatusBar()
        self._heading = Static(id="decision-heading")
        self._panes = Container(self.lines, self.view, id="decision-panes")

    def compose(self) -> ComposeResult:
        """Put the values beside or below the list of decisions."""
        yield self._heading
        yield Static(_legend(), classes="quiet", id="decision-legend")
        yield self._panes
        yield self.bar

    def on_mount(self) -> None:
        """Show the first decision."""
        self.bar.hints = self.bench.keys.hints("decisions")
        self._fill(0)
        self.view.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Leave the values the whole width where it is small."""
        self._panes.set_class(event.size.width < BESIDE_COLUMNS, "-below")

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
        self.lines.display = len(self._decisions) > 1
        if self._decisions:
            self.lines.highlighted = min(at, len(self._decisions) - 1)
        if not self.lines.display:
            self.view.focus()
        self._show()

    def _line(self, decision: Decision) -> Text:
        line = plain(self.desk.summaries([decision.case_id])[0].short_key, "bold")
        line.append_text(plain("  " + field_word(decision.field)))
        line.append_text(plain("  " + t("{n} values", n=len(decision.values)), "dim"))
        return line

    def _show(self) -> None:
        decision = self.decision
        self._heading.update(self._heading_of(decision))
        if decision is None:
            self.view.set_versions([])
        else:
            versions = [self._version(decision, choice) for choice in decision.values]
            before = None
            if decision.ancestor is not None:
                before = Version("", self._value(decision.field, decision.ancestor))
            self.view.set_versions(versions, before)
        self._say_cursor()

    def _heading_of(self, decision: Decision | None) -> Text:
        line = plain(t("Decisions"), "bold")
        if decision is not None:
            title = self.desk.summaries([decision.case_id])[0].title
            line.append_text(plain(f"  {decision.case}  "))
            line.append_text(plain(field_word(decision.field), "bold"))
            line.append_text(plain(f"  {title}"))
        return line

    def _say_cursor(self) -> None:
        """Say in the footer whose value would be taken now: its label may be out of view."""
        decision, at = self.decision, self.view.cursor
        self.bar.segments = ()
        if decision is not None and at < len(decision.values):
            who = visible(decision.values[at].author or "?")
            self.bar.segments = (f"{CURSOR_SIGN} {at + 1} {who}",)

    def _version(self, decision: Decision, choice: Choice) -> Version:
        who = t(
            "{who}, {when}",
            who=choice.author or "?",
            when=stamp(choice.written_at, self.bench.clock()),
        )
        relayed = relayed_words(choice.relayed_by) if choice.relayed_by else ""
        hold = [choice.until and t("until {day}", day=dated(choice.until)), choice.why]
        more = listed(part for part in hold if part)
        return Version(who, self._value(decision.field, choice.value), relayed, more)

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
        """Further down in the values; in the list to the next decision."""
        if self.lines.has_focus:
            self.lines.action_cursor_down()
        else:
            self.view.page(1)

    def do_page_up(self) -> None:
        """Further up in the values; in the list to the decision before."""
        if self.lines.has_focus:
            self.lines.action_cursor_up()
        else:
            self.view.page(-1)

    def do_move_top(self) -> None:
        """To the first value; in the list to the first decision."""
        if self.lines.has_focus:
            self.lines.action_first()
        else:
            self.view.top()

    def do_move_end(self) -> None:
        """To the last value; in the list to the last decision."""
        if self.lines.has_focus:
            self.lines.action_last()
        else:
            self.view.end()

    def do_next_value(self) -> None:
        """To the next value, from wherever the cursor is."""
        self._go_to_value(self.view.cursor + 1)

    def do_previous_value(self) -> None:
        """To the value before, from wherever the cursor is."""
        self._go_to_value(self.view.cursor - 1)

    def do_value_1(self) -> None:
        """To the first value."""
        self._go_to_value(0)

    def do_value_2(self) -> None:
        """To the second value."""
        self._go_to_value(1)

    def do_value_3(self) -> None:
        """To the third value."""
        self._go_to_value(2)

    def _go_to_value(self, index: int) -> None:
        """Show a value from its beginning; there may be none there."""
        self.view.focus()
        self.view.go_to(index)

    def do_next_focus(self) -> None:
        """Between the list and the values."""
        if self.lines.display:
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
        """Write the value in the editor: it begins with what all values together come to."""
        from workbench.tui.screens.editor import EditorScreen

        draft, text, clashes = self._draft(decision)
        screen = EditorScreen(self.bench, draft, text, is_new=True)
        if clashes:
            screen.editor.note = tn(
                "{count} place was written by both: strike out what is wrong",
                "{count} places were written by both: strike out what is wrong",
                clashes,
            )
        self.bench.open(screen, lambda written: self._decided(written) if written else None)

    def _draft(self, decision: Decision) -> tuple[Draft, str | None, int]:
        """Return the draft, what it begins with (None: what is in it), and its clashes.

        It has seen every value there is, so whenever it is finished, it decides between them.
        """
        kind: Kind = "problem" if decision.field == "problem" else "title"
        if decision.entry:
            kind = "edit"
        for left in self.bench.resumable(decision.case_id):
            if (left.kind, left.target) == (kind, decision.entry) and left.text.strip():
                return left, None, 0
        if decision.entry:
            seen = self.desk.entry(decision.case_id, decision.entry).seen
        else:
            seen = self.desk.case(decision.case_id).seen[decision.field]
        merged = merge(decision.ancestor, [choice.value or "" for choice in decision.values])
        draft = self.desk.open_draft(decision.case_id, kind, target=decision.entry, seen=seen)
        return draft, merged.text, merged.clashes

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
        from workbench.tui.screens.palette import open_palette

        open_palette(self.bench, "decisions")

    # -- messages --------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.view.focus()

    @on(DiffView.VersionHighlighted)
    def _version_highlighted(self) -> None:
        self._say_cursor()

    @on(DiffView.VersionChosen)
    def _chosen(self, event: DiffView.VersionChosen) -> None:
        self._decide(choice=event.index + 1)

    @on(StatusBar.HintClicked)
    def _hint_clicked(self, event: StatusBar.HintClicked) -> None:
        act = self.bench.keys.key_of_label(event.key, "decisions")
        if act is not None:
            self.bench.run_command(act)


def _legend() -> Text:
    """Return what the styles of the differences mean, each in its own style."""
    line = plain(t("underlined: what differs"), "underline")
    line.append_text(plain("  "))
    line.append_text(plain(t("struck out: what somebody took away"), "italic strike"))
    return line
