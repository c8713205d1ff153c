"""Where output goes: data to stdout as UTF-8 bytes whatever the locale, talk to stderr.

Data is kept back until there is a fair amount of it, so that an error that comes before the first
rows leaves stdout empty.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import BinaryIO, TextIO

from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble

_KEPT_BACK = 64 * 1024


class ReaderGone(Exception):
    """Whoever read our output has stopped reading; there is nothing left to do."""


class OutputLost(WorkbenchError):
    """stdout takes no more, as on a full disk."""


class Output:
    """stdout and stderr of one call."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._remarks: list[str] = []
        self._size = 0

    def data(self, text: str) -> None:
        """Take text for stdout; it appears when enough came together or at :meth:`flush`."""
        self.data_bytes(encode(text))

    def data_bytes(self, raw: bytes) -> None:
        """Take bytes for stdout, as :meth:`data` does."""
        self._kept.append(raw)
        self._size += len(raw)
        if self._size > _KEPT_BACK:
            self.flush()

    def json(self, value: object) -> None:
        """Take one JSON value and a newline for stdout."""
        self.data(json_line(value))

    def json_rows(self, rows: Iterable[object]) -> None:
        """Take a JSON array for stdout, a row a line, without holding all of it in memory."""
        for piece in json_array(rows):
            self.data(piece)

    def flush(self) -> None:
        """Write what was kept back.

        Raises:
            ReaderGone: nobody reads stdout any more.
            OutputLost: stdout can't be written.
        """
        raw = b"".join(self._kept)
        self._kept.clear()
        self._size = 0
        stream = _binary(sys.stdout)
        if stream is None or not raw:
            return
        try:
            stream.write(raw)
            stream.flush()
        except BrokenPipeError:
            silence(sys.stdout)
            raise ReaderGone from None
        except OSError as error:
            silence(sys.stdout)
            raise OutputLost(
                t("The output can't be written: {reason}.", reason=trouble(error)),
                t("What the command did is done; only its output is lost."),
            ) from error

    def remark(self, text: str) -> None:
        """Take one line of talk about the data, to be said below it."""
        self._remarks.append(text)

    def finish(self) -> None:
        """Write what was kept back, then what there is to say about it; raises as ``flush``."""
        self.flush()
        for text in self._remarks:
            self.say(text)
        self._remarks.clear()

    def forget(self) -> None:
        """Drop what was kept back: an error came."""
        self._kept.clear()
        self._remarks.clear()
        self._size = 0

    def say(self, text: str) -> None:
        """Write one line of talk to stderr now; talk that can't be written is no reason to fail."""
        stream = _binary(sys.stderr)
        if stream is None:
            return
        try:
            stream.write(encode(text + "\n"))
            stream.flush()
        except OSError:
            silence(sys.stderr)


def encode(text: str) -> bytes:
    """Return the text in UTF-8; a lone surrogate, which has no UTF-8, as its escape."""
    return text.encode("utf-8", "backslashreplace")


def json_line(value: object) -> str:
    """Return one JSON value with its real characters, and a newline."""
    from json import dumps

    return dumps(value, ensure_ascii=False) + "\n"


def json_array(rows: Iterable[object]) -> Iterable[str]:
    """Yield a JSON array in pieces, a row a line; nothing before the first row is there."""
    from json import JSONEncoder

    encode_row = JSONEncoder(ensure_ascii=False).encode
    start = "[\n"
    for row in rows:
        yield start + encode_row(row)
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person sits at the other end of ``sys.stdin``, ``stdout`` or ``stderr``."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _binary(stream: TextIO | None) -> BinaryIO | None:
    """Return the bytes below a text stream: the locale's encoding must not touch our text."""
    return None if stream is None else stream.buffer


def silence(stream: TextIO | None) -> None:
    """Point a broken stream at nothing, or Python complains about it when it ends."""
    if stream is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
