"""``attach``, ``files`` and ``open``: files that belong to a case."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from widgets.plain import visible
from workbench.cases.errors import BadInput, WorkbenchError
from workbench.cases.files import safe_name, show_size
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call, as_path
from workbench.language import t
from workbench.opening import opener, start

if TYPE_CHECKING:
    from workbench.cases.model import Attachment
    from workbench.desk.attaching import Given

LARGE = 25 * 1024 * 1024
"""From how many bytes on a file is worth a warning: everybody's copy may have to fetch it."""
PIECE = 1024 * 1024
STDIN = "stdin"
"""What a file from stdin is called that nobody named."""


@command("attach")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument("file", metavar="FILE|-", shell_complete=offered("file"))
@click.option("--name", type=words, metavar="N", help="What it is called; else its own name.")
def attach_command(call: Call, case: str, file: str, name: str | None) -> int:
    """Attach a file to a case; - reads it from stdin."""
    case_id = call.desk.resolve(case)
    attached, fresh = call.desk.attach(case_id, given(call, file, name))
    if call.json:
        call.out.json(_json(call, case_id, attached))
    else:
        call.out.data(_line(attached))
    if (attached.size or 0) > LARGE:
        call.out.remark(
            t(
                "{file} is large ({size}): it takes room in the store and on every copy that"
                " opens it.",
                file=visible(attached.file),
                size=show_size(attached.size or 0),
            )
        )
    if not fresh and not call.json:
        call.out.remark(t("Nothing to change: it is so already."))
    return 0


def given(call: Call, word: str, name: str | None = None) -> Given:
    """Return the file that a person named, or stdin for ``-``, which is read piece by piece.

    Raises:
        WorkbenchError: it is a folder.
    """
    from workbench.desk.attaching import Given, given_file

    limit = call.config.file_limit
    if word == "-":
        return Given(name or STDIN, _stdin(), limit)
    path = as_path(word)
    return given_file(path, name or words(path.name), limit)


def _stdin() -> Iterator[bytes]:
    empty = True
    while sys.stdin is not None and (piece := sys.stdin.buffer.read(PIECE)):
        empty = False
        yield piece
    if empty:
        raise BadInput(t("Nothing came on stdin, so nothing was attached."))


@command("files")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
def files_command(call: Call, case: str) -> None:
    """List the files of a case, and say which of them are not here."""
    case_id = call.desk.resolve(case)
    files = call.desk.files(case_id)
    if call.json:
        call.out.json_rows([_json(call, case_id, file) for file in files])
        return
    for file in files:
        call.out.data(_line(file))
    if not files:
        call.out.remark(t("This case has no files."))
    elif any(file.sha256 and not file.here for file in files):
        call.out.remark(t("`workbench open` fetches what is not here from the store."))


@command("open")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument("name", type=words, metavar="NAME")
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    help="Put it there instead of opening it.",
    shell_complete=offered("dir"),
)
def open_command(call: Call, case: str, name: str, folder: str | None) -> int:
    """Open a file of a case with the system's program for it."""
    case_id = call.desk.resolve(case)
    file = call.desk.file(case_id, name)
    command_line = opener(call.config.opener) if folder is None else None
    place = Path(tempfile.mkdtemp(prefix="workbench-")) if folder is None else as_path(folder)
    target = place / safe_name(file.file)
    if not place.is_dir():
        raise WorkbenchError(
            t("There is no folder {folder}.", folder=place),
            t("Make it, or give another with --to."),
        )
    try:
        call.desk.take_out(file, target)
    except FileExistsError as error:
        raise WorkbenchError(
            t("{path} is there already.", path=target),
            t("Move it away, or give another folder with --to."),
        ) from error
    except BaseException:
        if folder is None:
            place.rmdir()
        raise
    if command_line is not None:
        start(command_line, target)
    if call.json:
        file = call.desk.file(case_id, name)  # it may have come just now
        call.out.json(_json(call, case_id, file) | {"path": str(target)})
    else:
        call.out.data(visible(str(target)) + "\n")
    return 0


def _json(call: Call, case_id: str, file: Attachment) -> dict[str, Any]:
    from workbench.desk import attachment_json

    return attachment_json(call.desk.key(case_id), file)


def _line(file: Attachment) -> str:
    """Return a file in a line: name, size, where it is, who attached it."""
    parts = [visible(file.file)]
    if file.sha256 is None:
        parts.append(t("only its name is known"))
    else:
        parts += [show_size(file.size or 0), t("here") if file.here else t("not here")]
        parts += [visible(file.author or ""), visible((file.id or "")[:8])]
    return "  ".join(parts) + "\n"
