"""A process beside this one: for work on plain values, while this one writes to the file.

"What it answers is what the same work gives here": it has no file, no clock and no person. Where it
can't be started, or ends, the work is done here, so nothing depends on it but time. It ends when
its input ends: with this process, however that ends.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
Work = Callable[[Any], Any]
_START = (
    "import sys; sys.path[:] = {path!r};"
    " from {works} import works; from workbench.local.beside import serve; serve(works())"
)
_SIZE = 8
"""Bytes that tell how long a question or an answer is."""


class Gone(Exception):
    """It has ended: what was asked of it is to be done here."""


def result(asked: Future[T]) -> T | None:
    """Return what was answered; None where it was not begun, or never will be: do it here."""
    if asked.cancel():
        return None
    try:
        return asked.result()
    except Gone:
        return None


class Beside:
    """One process, which answers one question after the other."""

    def __init__(self, module: str = __name__) -> None:
        """Start it.

        Args:
            module: has a function ``works``, which gives what can be asked.

        Raises:
            OSError: that can't be done.
        """
        import subprocess
        from concurrent.futures import ThreadPoolExecutor

        self._process = subprocess.Popen(
            # It reads the same modules, wherever these come from.
            [sys.executable, "-c", _START.format(path=[*sys.path], works=module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._thread = ThreadPoolExecutor(1, "beside")

    @property
    def process(self) -> int:
        """Its number."""
        return self._process.pid

    def ask(self, work: str, given: Any) -> Future[Any]:
        """Have work done, named as in ``WORK``, on values that marshal knows.

        Returns:
            What will have its result; it raises ``Gone`` where there will be none.
        """
        return self._thread.submit(self._ask, (work, given))

    def _ask(self, question: Any) -> Any:
        to, answers = self._process.stdin, self._process.stdout
        assert to is not None
        assert answers is not None
        try:
            _write(to, question)
            return _read(answers)
        except (OSError, EOFError, ValueError) as error:
            raise Gone from error

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._thread.shutdown(cancel_futures=True)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:
                continue  # what it did not read is lost with it
        self._process.wait()


@contextmanager
def started(module: str = __name__) -> Iterator[Beside | None]:
    """Start one where that saves time; None where it does not, or can't be done.

    Args:
        module: as ``Beside`` has it.
    """
    found = None
    if is_of_use():
        try:
            found = Beside(module)
        except OSError:
            found = None
    try:
        yield found
    finally:
        if found is not None:
            found.close()


def is_of_use() -> bool:
    """True where there is a processor for it, and an interpreter that can be started."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:  # no Linux
        processors = os.cpu_count() or 1
    # A program in one file has no interpreter beside it.
    return processors > 1 and bool(sys.executable) and not getattr(sys, "frozen", False)


# --- there --------------------------------------------------------------------------------------


def serve(known: Mapping[str, Work]) -> None:
    """Answer questions until there are no more."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks is told of it, and ends this
    gc.freeze()
    gc.set_threshold(50_000)
    try:
        while True:
            work, given = _read(sys.stdin.buffer)
            _write(sys.stdout.buffer, known[work](given))
    except (EOFError, BrokenPipeError):
        os._exit(0)


def works() -> Mapping[str, Work]:
    """Return what can be asked, by its name."""
    from workbench.local import newcases
    from workbench.local.early import Seen

    seen = Seen()
    return {
        "look": seen.look,
        "fold": newcases.fold_new,
        "fold part": newcases.fold_part,
        "fold seen": seen.fold,
    }


def _write(stream: IO[bytes], value: Any) -> None:
    data = marshal.dumps(value)
    stream.write(len(data).to_bytes(_SIZE) + data)
    stream.flush()


def _read(stream: IO[bytes]) -> Any:
    size = stream.read(_SIZE)
    if len(size) < _SIZE:
        raise EOFError
    data = stream.read(int.from_bytes(size))
    return marshal.loads(data)
