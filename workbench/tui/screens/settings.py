"""What can be set: each setting with its value, changed by Enter and shown at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on
from textual.widgets import OptionList, Static

from widgets.plain import fit, plain
from workbench.cases.errors import WorkbenchError
from workbench.commands import COMMANDS, Command, label
from workbench.language import explained, t
from workbench.settings import BY_NAME, KEYS_PREFIX, SETTINGS, TABLES, Value
from workbench.tui.screens.ask import AskScreen
from workbench.tui.screens.columns import ColumnsScreen
from workbench.tui.screens.listing import ListDialog
from workbench.tui.screens.pick import ChooseScreen
from workbench.tui.screens.recorder import RecorderScreen
from workbench.tui.settling import change, take_back
from workbench.tui.words import column_words

if TYPE_CHECKING:
    from workbench.tui.application import Workbench

FIRST = (
    *("lang", "theme", "author", "sync_minutes", "preview", "columns"),
    *("fold_lines", "slow_link", "kitty_keys"),
    *("stale_days", "filter", "speakers", "copy_command", "opener", "file_limit", "db"),
)
"""The order on screen: what people change most stands first."""

NAME_CELLS, VALUE_CELLS = 16, 22


class SettingsScreen(ListDialog[None]):
    """Lists the settings; Enter changes one."""

    def __init__(self, bench: Workbench) -> None:
        """List the settings of ``bench``."""
        super().__init__(t("Settings"))
        # On a low terminal the lines below the list keep their place.
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-high")]
        self._bench = bench
        known = [setting.name for setting in SETTINGS if setting.kind not in TABLES]
        self._names = sorted(known, key=lambda name: (*FIRST, name).index(name))

    def foot(self) -> str:
        """Return the line under the list."""
        file = self._bench.config.machine.path
        return t("Enter changes · Esc leaves · what is set here stands in {file}", file=file)

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        """Say in full under the list what a narrow line has to cut."""
        self.query_one(".quiet", Static).update(
            plain(self._foot_of(event.option_index), multiline=True)
        )

    def _foot_of(self, index: int) -> str:
        doc = t(BY_NAME[self._names[index]].doc) if index < len(self._names) else ""
        return f"{doc}\n{self.foot()}" if doc else self.foot()

    def prompts(self) -> Sequence[Text]:
        """Return a line for each setting, and one for the keys."""
        config = self._bench.config
        lines = []
        for name in self._names:
            shown = config.shown(name)
            value = shown.value
            said = _said(name, value)
            doc = t(BY_NAME[name].doc)
            if shown.origin == "file":
                doc = t("as your own file says, line {line}", line=shown.line)
            lines.append(_line(setting_word(name), said, doc))
        chosen = len(config.keys)
        keys = t("{n} changed", n=chosen) if chosen else t("as delivered")
        return [*lines, _line(t("Keys"), keys, t("The keys of each act."))]

    def choose(self, index: int) -> None:
        """Change the setting of a line."""
        if index == len(self._names):
            self.bench.open(KeysScreen(self._bench), lambda _: self.fill(index))
            return
        name = self._names[index]
        setting = BY_NAME[name]
        if name == "columns":
            self.bench.open(ColumnsScreen(self._bench), lambda _: self.fill(index))
            return
        title = setting_word(name)
        config = self._bench.config
        try:
            config.refuse_own(name)
        except WorkbenchError as error:
            self.bench.say_error(error)
            return
        if setting.kind in ("choice", "theme"):
            words = setting.choices if setting.kind == "choice" else config.theme_names()
            choices = [(word, value_word(word)) for word in words]
            self.bench.open(
                ChooseScreen(choices, title=title, current=str(config.get(name))),
                lambda word: self._set(name, word) if word is not None else None,
            )
            return
        value = config.get(name)
        shown = " ".join(value) if isinstance(value, tuple) else str(value)
        self.bench.open(
            AskScreen(title, lambda text: self._try(name, text), value=shown, may_be_empty=True)
        )

    def relabel(self) -> None:
        """Say everything in the language that is spoken now."""
        at = self.lines.highlighted or 0
        self.query_one(".title", Static).update(plain(t("Settings")))
        self.query_one(".quiet", Static).update(plain(self._foot_of(at), multiline=True))
        self.fill(at)

    def _set(self, name: str, text: str) -> None:
        wrong = self._try(name, text)
        if wrong is not None:
            self.bench.say(wrong, "error")

    def _try(self, name: str, text: str) -> str | None:
        """Set something; return what is wrong with it, else None."""
        try:
            said = change(self._bench, name, text)
        except WorkbenchError as error:
            return explained(error)
        self.fill(self.lines.highlighted or 0)
        self.bench.say(said)
        return None


class KeysScreen(ListDialog[None]):
    """Lists the acts with their keys; Enter changes those of one."""

    def __init__(self, bench: Workbench) -> None:
        """List the acts of ``bench``."""
        super().__init__(t("Keys"))
        self._bench = bench

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter: press other keys · e: write them · Delete: as delivered · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each act."""
        keymap = self._bench.config.keymap()
        return [
            _line(t(act.title), " ".join(label(key) for key in keymap[act.id]) or "–", t(act.help))
            for act in COMMANDS
        ]

    def choose(self, index: int) -> None:
        """Take the keys of an act as they are pressed."""
        screen = RecorderScreen(self._bench, COMMANDS[index])
        self.bench.open(screen, lambda _: self.fill(index))

    def press(self, event: events.Key) -> bool:
        """Write keys by their names, or give an act its own again."""
        index = self.lines.highlighted
        if index is None or event.key not in ("e", "f4", "x", "delete"):
            return super().press(event)
        if event.key in ("e", "f4"):
            self._ask(COMMANDS[index], index)
        else:
            self.bench.guard(lambda: take_back(self._bench, COMMANDS[index].id))
            self.fill(index)
        return True

    def _ask(self, act: Command, index: int) -> None:
        """Ask for the names of keys, some of which can't be pressed on every keyboard."""
        keys = self._bench.config.get(KEYS_PREFIX + act.id)
        assert isinstance(keys, tuple)
        self.bench.open(
            AskScreen(
                t("Keys of “{title}”, with spaces between", title=t(act.title)),
                lambda text: self._try(act, text, index),
                value=" ".join(keys),
                may_be_empty=True,
            )
        )

    def _try(self, act: Command, text: str, index: int) -> str | None:
        """Give an act keys; return what is wrong with them, else None."""
        try:
            change(self._bench, KEYS_PREFIX + act.id, text)
        except WorkbenchError as error:
            return explained(error)
        self.fill(index)
        return None


def _said(name: str, value: Value) -> str:
    """Return a value in the words of the screen."""
    if name == "columns" and isinstance(value, tuple):
        words = column_words()
        return " ".join(words[key] for key in value) or value_word("auto")
    return " ".join(value) if isinstance(value, tuple) else value_word(str(value))


def _line(name: str, value: str, doc: str) -> Text:
    line = plain(fit(name, NAME_CELLS) + " ")
    line.append_text(plain(fit(value, VALUE_CELLS) + " ", "bold"))
    return line.append_text(plain(doc, "dim"))


def setting_word(name: str) -> str:
    """Return what a setting is called on screen."""
    words = {
        "lang": t("Language"),
        "theme": t("Colours"),
        "author": t("Your name"),
        "sync_minutes": t("Sync, minutes"),
        "preview": t("Thread stands"),
        "columns": t("Columns"),
        "fold_lines": t("Fold entries"),
        "slow_link": t("Slow line"),
        "kitty_keys": t("Kitty's keys"),
        "stale_days": t("Stale after days"),
        "filter": t("First filter"),
        "speakers": t("Speakers"),
        "copy_command": t("Copying program"),
        "opener": t("Opening program"),
        "file_limit": t("Largest file"),
        "db": t("Database"),
    }
    return words.get(name, name)


def value_word(value: str) -> str:
    """Return what a value of a setting is called on screen; what a person wrote stays."""
    words = {
        "auto": t("by itself"),
        "zh": "中文",
        "en": "English",
        "on": t("on"),
        "off": t("off"),
        "dark": t("dark"),
        "light": t("light"),
        "side": t("beside the list"),
        "below": t("below the list"),
    }
    return words.get(value, value)
