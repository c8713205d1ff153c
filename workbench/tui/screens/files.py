"""The pictures and files of a case: which there are, where they are, and what a picture shows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from widgets.plain import plain, visible
from workbench.cases.errors import WorkbenchError
from workbench.cases.files import safe_name, show_size
from workbench.language import explained, t, trouble
from workbench.opening import opener, start
from workbench.tui import pictures
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual.widget import Widget

    from workbench.cases.model import Attachment
    from workbench.tui.application import Workbench


class _Line(NamedTuple):
    """A picture or file; ``file`` is None where only its name is known, from a page."""

    name: str
    told: str
    file: Attachment | None = None


class FilesScreen(ListDialog[None]):
    """Lists what belongs to a case; shows the picture under the cursor, Enter opens a file."""

    def __init__(self, bench: Workbench, case_id: str) -> None:
        """List the pictures and files of a case."""
        title = t("Files of {case}", case=visible(bench.desk.key(case_id)))
        super().__init__(title, empty=t("This case has no files."))
        self._case_id = case_id
        self._opener = bench.config.opener
        self._lines = _lines(bench, case_id)
        self._view = Vertical(id="picture")
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-")

    def compose(self) -> ComposeResult:
        """Put the picture below the list."""
        with Vertical(classes="box"):
            yield Static(plain(self._title), classes="title")
            yield self.lines
            yield self._view
            yield Static(plain(self.foot()), classes="quiet")

    def foot(self) -> str:
        """Return the line under the list."""
        if not self._lines:
            return t("A file dropped on an entry that you write is attached · Esc leaves")
        return t("Enter opens it with the system's program · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each file."""
        return [_prompt(line) for line in self._lines]

    def on_unmount(self) -> None:
        """Remove what was taken out to be shown; what was opened stays for its program."""
        self._folder.cleanup()

    # -- opening ---------------------------------------------------------------------------------

    def choose(self, index: int) -> None:
        """Open the file, which is fetched from a store where it is not here."""
        line = self._lines[index]
        if line.file is None:
            self.bench.say(t("Only its name is known: look at the page in the wiki"))
            return
        self.run_worker(partial(self._open, line.file), thread=True, group="open")

    def _open(self, file: Attachment) -> None:
        """Take the file out and start its program; in a thread."""
        try:
            command = opener(self._opener)
            target = Path(tempfile.mkdtemp(prefix="workbench-")) / safe_name(file.file)
            with self.desk.beside() as desk:
                desk.take_out(file, target)
            start(command, target)
        except (WorkbenchError, OSError) as error:
            self.app.call_from_thread(self.bench.say, _told(error), "error")
            return
        opened = t("Opened: {file}", file=visible(file.file))
        self.app.call_from_thread(self.bench.say, opened)

    # -- looking ---------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        """Show the picture under the cursor, where it is one."""
        line = self._lines[event.option_index] if event.option_index < len(self._lines) else None
        self._view.remove_children()
        self._view.display = False
        if line is None or line.file is None or not pictures.is_picture(line.name):
            return
        self._view.display = True
        if not pictures.is_there():
            self._show(Static(plain(t("To see it here: uv tool install '.[pictures]'"), "dim")))
        elif line.file.here:
            unpack = partial(self._unpack, line.file)
            self.run_worker(unpack, thread=True, group="look", exclusive=True)
        else:
            self._show(Static(plain(t("It is not here: Enter fetches and opens it"), "dim")))

    def _unpack(self, file: Attachment) -> None:
        """Unpack a picture; in a thread, since a large one takes long."""
        target = Path(self._folder.name) / f"{file.sha256}{Path(safe_name(file.file)).suffix}"
        try:
            if not target.exists():
                with self.desk.beside() as desk:
                    desk.take_out(file, target)
            image = pictures.unpack(target)
        except (WorkbenchError, OSError) as error:
            told = Static(plain(_told(error), "dim"))
            self.app.call_from_thread(self._show_of, file, told)
            return
        self.app.call_from_thread(self._show_picture, file, image)

    def _show_picture(self, file: Attachment, image: Image) -> None:
        if self.is_attached:
            self._show_of(file, pictures.widget(self.bench, image))

    def _show_of(self, file: Attachment, shown: Widget) -> None:
        """Show what a file holds, unless the cursor has moved on."""
        at = self.lines.highlighted
        if self.is_attached and at is not None and self._lines[at].file is file:
            self._show(shown)

    def _show(self, shown: Widget) -> None:
        self._view.remove_children()
        self._view.mount(shown)


def _lines(bench: Workbench, case_id: str) -> list[_Line]:
    """Return the pictures and files: those attached first, then those that a page names."""
    case = bench.desk.with_files(case_id)
    attached = [_Line(file.file, _file(file), file) for file in case.attachments if file.sha256]
    named = [_Line(f.file, t("only its name is known")) for f in case.attachments if not f.sha256]
    shown = [
        _Line(
            image.file,
            f"{image.width}×{image.height}"
            if image.width and image.height
            else t("only its name is known"),
        )
        for image in case.images
    ]
    return [*attached, *shown, *named]


def _file(file: Attachment) -> str:
    here = t("here") if file.here else t("not here")
    return "  ".join(part for part in (show_size(file.size or 0), here, file.author or "") if part)


def _prompt(line: _Line) -> Text:
    prompt = plain(line.name, "bold" if line.file is not None else "")
    return prompt.append_text(plain(f"  {line.told}", "dim"))


def _told(error: WorkbenchError | OSError) -> str:
    return explained(error) if isinstance(error, WorkbenchError) else trouble(error)
