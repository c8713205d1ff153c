"""The terminal application: holds the desk, turns keys into acts, hears what others wrote."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import WorkerFailed

from widgets.notices import Notices
from widgets.plain import visible, width
from widgets.status_bar import StatusBar
from workbench.cases.errors import WorkbenchError
from workbench.config import Config
from workbench.desk import file_trouble
from workbench.language import explained, t
from workbench.tui.acts import act_named
from workbench.tui.keytable import KeyTable
from workbench.tui.screens.base import Commanded
from workbench.tui.screens.main import MainScreen
from workbench.tui.settling import Watch
from workbench.tui.themes import themes
from workbench.tui.typed import Typed, text_of

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from workbench.desk import Desk, Draft

POLL_SECONDS = 0.4
MESSAGE_SECONDS = 6.0

Result = TypeVar("Result")
Severity = Literal["information", "warning", "error"]


class Unreadable(Exception):
    """The database can't be read on; Textual shows what ``__rich__`` returns as it ends."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __rich__(self) -> Text:
        return Text(f"workbench: {visible(self.sentence)}")


def now_ms() -> int:
    """Return the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Workbench(App[int], inherit_bindings=False):
    """The workbench on a terminal."""

    CSS_PATH = "styles/main.tcss"
    TITLE = "workbench"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "say_how_to_quit", show=False)]

    def __init__(
        self,
        desk: Desk,
        config: Config | None = None,
        *,
        clock: Callable[[], int] = now_ms,
        cursor: str | None = None,
        begin: str | None = None,
    ) -> None:
        """Show ``desk``.

        Args:
            desk: The open desk.
            config: The settings in force; None means the defaults.
            clock: Gives the time in milliseconds; ages and days on screen are counted from it.
            cursor: The case that the cursor begins on; None for the first.
            begin: An act to begin with; the program ends when the screen that it opens does.
        """
        super().__init__()
        self.desk = desk
        desk.hold_little()
        self.clock = clock
        self._opening: AwaitMount | None = None
        self._saying: Timer | None = None
        self._told: list[tuple[float, str, Severity]] = []
        self.config = config or Config.default()
        self._begin = begin
        self._ended = False
        self.keys = KeyTable(self.config.keymap())
        self.main = MainScreen(
            self,
            self.config.preview,
            self.config.filter,
            cursor,
            self.config.sync_minutes,
        )
        self.settings_file = Watch(self)
        self.has_sixteen_colours = False
        self.show_theme()

    def show_theme(self) -> None:
        """Show the colours of the settings; another version of Textual may lack one of its own."""
        known = themes(self.config.themes, sixteen=self.has_sixteen_colours)
        for theme in known.values():
            self.register_theme(theme)
        name, before = self.config.theme, self.theme
        if name in known:
            self.theme = known[name].name
        else:
            self.theme = name if name in self.available_themes else known["dark"].name
        if self.theme == before and self.is_running:
            self.mutate_reactive(Workbench.theme)  # what bears that name may look otherwise now

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that keeps together what came together, where there is a tty."""
        standard = super().get_driver_class()
        if standard.__name__ != "LinuxDriver":
            return standard
        from workbench.tui.driver import ReadingDriver

        return ReadingDriver

    def _handle_exception(self, error: Exception) -> None:
        """End with a sentence where the database can't be read on, else with what broke."""
        if self._ended:
            return  # what breaks now breaks as the first thing did
        cause = error.error if isinstance(error, WorkerFailed) else error
        trouble = file_trouble(cause, self.desk.path)
        self._ended = trouble is not None
        super()._handle_exception(error if trouble is None else Unreadable(explained(trouble)))

    def get_default_screen(self) -> Screen[None]:
        """Return the screen with list and thread."""
        return self.main

    def on_mount(self) -> None:
        """Begin to listen for what other processes write, and for the terminal going away."""
        self.set_interval(POLL_SECONDS, self.reread)
        self.set_interval(POLL_SECONDS, self.settings_file.look)
        if self._begin is not None:
            self.call_after_refresh(self.run_command, self._begin)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for name in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(name, self.leave)

    def resumable(self, case_id: str | None = None) -> list[Draft]:
        """Return the drafts that nobody is writing at: those left here, and those of the dead."""
        drafts = self.desk.drafts(case_id)
        return [draft for draft in drafts if draft.mine or not draft.owner_alive]

    # -- keys ------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Do the acts of keys before any widget hears of the next key, unless text has focus.

        Textual hands a key to the widget with focus and takes the next one while the first is still
        on its way. On a slow line ``a`` and the text behind it come in one read: the text must find
        the editor open, and not be obeyed key by key.

        Whatever is typed or pasted tells that the terminal has its focus back, though it said that
        the focus went: Textual gives a paste to nobody then, and it would be lost without a word.

        What is typed into the filter line goes there as one text, as a paste does: key by key the
        rows would wait for what Textual asks about each.
        """
        if (text := text_of(event)) and self.focused is self.main.filter_line:
            event = events.Paste(text)
        elif isinstance(event, Typed):
            for key in event.keys:
                await self.on_event(key)
            return
        if isinstance(event, (events.Key, events.Paste)) and not self.app_focus:
            self.app_focus = True
        if isinstance(event, events.Key) and not event.is_forwarded:
            screen = self.screen
            if isinstance(screen, Commanded) and not screen.is_typing and screen.press(event):
                await self._opened()
                return
        await super().on_event(event)

    @property
    def is_only(self) -> bool:
        """Whether the program was started for one screen alone, and ends with it."""
        return self._begin is not None

    def open(
        self, screen: Screen[Result], callback: Callable[[Result | None], None] | None = None
    ) -> None:
        """Show a screen; the next key is for it. ``callback`` gets what the screen gives back."""
        self._opening = self.push_screen(screen, callback)

    async def _opened(self) -> None:
        """Wait until the screen that an act opens can take keys."""
        opening, self._opening = self._opening, None
        if opening is not None:
            await opening

    # -- acts ------------------------------------------------------------------------------------

    def run_command(self, name: str) -> None:
        """Do the act ``name`` of the registry."""
        own: Callable[[], None] | None = getattr(self.screen, f"do_{name}", None)
        self.guard(own if own is not None else partial(act_named(name), self.main))

    def guard(self, act: Callable[[], object]) -> None:
        """Do something; what can't be done is said in a sentence."""
        try:
            act()
        except WorkbenchError as error:
            self.say_error(error)

    def from_thread(self, act: Callable[[], object]) -> None:
        """Do something for a thread in the screen's own, unless the program has ended by now."""
        if self.is_running:
            self.call_from_thread(self.guard, act)

    def leave(self) -> None:
        """End the program; no text is lost."""
        self.keep_text()
        self.exit(0)

    def keep_text(self) -> None:
        """Put all text being written where it can't be lost."""
        for screen in self.screen_stack:
            if isinstance(screen, Commanded):
                screen.keep()

    def action_say_how_to_quit(self) -> None:
        """Answer ctrl+c, which copies a selection and never quits."""
        self.say(t("{key} quits", key=self.keys.key("quit", "list")))

    def copy(self, text: str) -> None:
        """Put a text where it can be pasted: by the program of the settings, else by OSC 52."""
        if self.config.copy_command:
            self.run_worker(partial(self._hand_over, text), thread=True, group="copy")
        else:
            self.copy_to_clipboard(text)

    def _hand_over(self, text: str) -> None:
        """Give a text to the program that keeps the clipboard; in a thread."""
        from workbench.tui.clipboard import hand_over

        try:
            hand_over(self.config.copy_command, text)
        except WorkbenchError as error:
            self.from_thread(partial(self.say_error, error))

    # -- saying ----------------------------------------------------------------------------------

    def say(self, sentence: str, severity: Severity = "information") -> None:
        """Tell the person something for some seconds, in the footer if it fits there."""
        self.hush()
        shown = visible(sentence)
        bars = self.screen.query(StatusBar)
        if bars and width(shown) <= self.size.width - 2:
            bars.first().show_message(shown, severity)
            self._saying = self.set_timer(MESSAGE_SECONDS, self.hush)
        else:
            self._told.append((time.monotonic() + MESSAGE_SECONDS, shown, severity))
            self._notices().tell(shown, severity, MESSAGE_SECONDS)

    def tell_on(self) -> None:
        """Tell on the screen that is seen now what was told on one that closed meanwhile."""
        now = time.monotonic()
        self._told = [each for each in self._told if each[0] > now]
        for until, sentence, severity in self._told:
            self._notices().tell(sentence, severity, until - now)

    def _notices(self) -> Notices:
        """Return where the screen tells what has no room in a footer."""
        for notices in self.screen.query(Notices):
            return notices
        notices = Notices()
        self.screen.mount(notices)
        return notices

    def say_until_done(self, sentence: str) -> None:
        """Tell the person in the footer what goes on, until something is told or it is over."""
        self.hush()
        self.main.bar.show_message(visible(sentence))

    def hush(self) -> None:
        """Take what was told last out of every footer: its occasion is over."""
        if self._saying is not None:
            self._saying.stop()
            self._saying = None
        for screen in self.screen_stack:
            for bar in screen.query(StatusBar):
                bar.clear_message()

    def say_error(self, error: WorkbenchError) -> None:
        """Tell what went wrong and what to do next."""
        self.say(explained(error), "error")

    # -- what others wrote -----------------------------------------------------------------------

    def reread(self) -> None:
        """Show what another process wrote since the last look, if it wrote."""
        self.guard(self._reread)

    def _reread(self) -> None:
        if self.desk.changed():
            for screen in self.screen_stack:
                if isinstance(screen, Commanded):
                    screen.reread()
