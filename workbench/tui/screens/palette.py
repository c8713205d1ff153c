"""All acts that are possible here, the saved views and the cases, found by what one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from widgets.plain import fit, plain, visible
from workbench.commands import Command
from workbench.language import t, view_word
from workbench.tui.line import PlainInput
from workbench.tui.naming import Names, Naming
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench


class Found(NamedTuple):
    """Something to choose: its line, and what choosing it does."""

    line: Text
    do: Callable[[], object]


def open_palette(bench: Workbench, place: str) -> None:
    """Let something be chosen that is possible in ``place``, and do it."""
    bench.open(PaletteScreen(bench, place), lambda do: bench.guard(do) if do else None)


class PaletteScreen(ListDialog["Callable[[], object] | None"]):
    """Finds acts by their name or explanation, views by their name, cases as search does."""

    def __init__(self, bench: Workbench, place: str) -> None:
        """Offer the acts of ``place``."""
        super().__init__(t("All acts"), empty=t("Nothing is called so"))
        self._place = place
        self._goes_on = place in ("list", "thread")
        self._names = Names(bench.desk)
        self._acts = [act for _, acts in bench.keys.groups(place) for act in acts]
        self._typed = ""
        self._found: list[Found] = []
        placeholder = t("an act, a view, a case") if self._goes_on else t("name of an act")
        self.line = PlainInput(placeholder=placeholder, compact=True, id="palette-line")

    def compose(self) -> ComposeResult:
        """Put a line to type in over the list."""
        with Vertical(classes="box"):
            yield Static(plain(self._title), classes="title")
            yield self.line
            yield self.lines
            yield Static(plain(self.foot()), classes="quiet")

    def begin(self) -> None:
        """Let typing narrow the list at once."""
        self._find()
        super().begin()
        self.lines.can_focus = False
        self.line.focus()

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter does it · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each thing found."""
        return [found.line for found in self._found]

    def choose(self, index: int) -> None:
        """Give back what to do."""
        self.dismiss(self._found[index].do)

    def press(self, event: events.Key) -> bool:
        """Move in the list while the line has the focus."""
        moves: dict[str, Callable[[], None]] = {
            "up": self.lines.action_cursor_up,
            "down": self.lines.action_cursor_down,
            "pageup": self.lines.action_page_up,
            "pagedown": self.lines.action_page_down,
        }
        if event.key in moves:
            moves[event.key]()
        elif event.key == "escape":
            self.dismiss(None)
        else:
            return False
        return True

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._typed = event.value.strip()
        self._find()
        self.fill()
        if self._typed and self._goes_on:
            self.run_worker(self._find_cases(self._typed), group="cases", exclusive=True)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        if self._found and self.lines.highlighted is not None:
            self.choose(self.lines.highlighted)

    def _find(self) -> None:
        """Find acts and views; the cases follow when they have been looked up."""
        words = self._typed.casefold().split()
        run = self.bench.run_command
        acts = [act for act in self._acts if _matches(act, words)]
        if words:
            acts.sort(key=lambda act: _farness(act, words))
        self._found = [Found(self._act_line(act), partial(run, act.id)) for act in acts]
        if words and self._goes_on:
            main = self.bench.main
            for view in self.desk.views():
                name = view_word(view)
                if all(word in name.casefold() for word in words):
                    line = _line(t("view"), visible(name), visible(view.query))
                    self._found.append(Found(line, partial(main.show_view, view)))

    async def _find_cases(self, typed: str) -> None:
        offers = await self._names.offers(Naming("case", typed, len(typed)))
        if typed != self._typed:
            return
        at = self.lines.highlighted or 0
        for offer in offers:
            line = _line(t("case"), visible(offer.name), visible(offer.told))
            self._found.append(Found(line, partial(self._go_to, offer.text)))
        self.fill(at)

    def _go_to(self, key: str) -> None:
        self.bench.main.go_to(self.desk.resolve(key))

    def _act_line(self, act: Command) -> Text:
        return _line(self.bench.keys.labels(act.id, self._place), t(act.title), t(act.help))


def _line(sign: str, name: str, told: str) -> Text:
    """Return a line: what one calls it, its keys or its kind, and what it does."""
    line = plain(fit(name, 18))
    line.append_text(plain(" " + fit(sign, 14), "bold"))
    return line.append_text(plain(" " + told, "dim"))


def _matches(act: Command, words: Sequence[str]) -> bool:
    text = f"{act.id} {act.title} {t(act.title)} {act.help} {t(act.help)}".casefold()
    return all(word in text for word in words)


def _farness(act: Command, words: Sequence[str]) -> int:
    """Return how far an act is from what was typed: whether its name begins so or has it, or
    only what it does tells of it."""
    names = [name.casefold() for name in (act.id.replace("_", " "), act.title, t(act.title))]
    if any(name.startswith(" ".join(words)) for name in names):
        return 0
    return 1 if any(all(word in name for word in words) for name in names) else 2
