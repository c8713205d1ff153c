"""Writing in an editor of one's own: the program that ``VISUAL`` or ``EDITOR`` names."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from workbench.cases.errors import BadInput
from workbench.language import t, trouble


def command(env: Mapping[str, str]) -> list[str]:
    """Return the words of the command that begins the editor.

    Raises:
        BadInput: none is named, or its quotes are broken.
    """
    for variable in ("VISUAL", "EDITOR"):
        written = env.get(variable, "").strip()
        if written:
            try:
                return shlex.split(written)
            except ValueError as error:
                raise _failed(written, t("a quote is not closed")) from error
    raise BadInput(
        t("No editor of your own is named."),
        t("Set the variable EDITOR, as in: export EDITOR=vim"),
    )


def write_in(editor: list[str], text: str) -> str:
    """Return a text as it was after somebody wrote in it; waits until the editor has ended.

    It is in a file that this person alone can read, and that is gone afterwards.

    Raises:
        BadInput: the editor can't be started, failed, or left no text in UTF-8.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = Path(folder) / "text.md"
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        try:
            status = subprocess.run([*editor, str(path)], check=False).returncode
            if status:
                raise _failed(editor[0], t("exit status {status}", status=status))
            written = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise _failed(editor[0], t("the text is not UTF-8")) from error
        except (OSError, ValueError) as error:
            raise _failed(editor[0], trouble(error)) from error
    # An editor ends the last line, whether the text did or not.
    return written if text.endswith("\n") else written.removesuffix("\n")


def named() -> list[str]:
    """Return the words of this process's editor; raises as :func:`command` does."""
    return command(os.environ)


def _failed(editor: str, reason: str) -> BadInput:
    return BadInput(
        t("“{editor}” could not be used: {reason}.", editor=editor, reason=reason),
        t("Your text is unchanged. See the variable EDITOR."),
    )
