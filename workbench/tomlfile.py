"""One TOML file of settings: read with the lines its keys stand on, written whole or not at all.

Knows no setting by name. The TOML libraries are loaded only when there is a file to read or write.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble

_AT_LINE = r"\(at line (\d+), column \d+\)$"


class ConfigError(WorkbenchError):
    """Settings that can't be read, used or written; the message names file and line."""


class TomlFile:
    """What a file says; ``values`` has tables as nested dicts and is empty if there is no file."""

    def __init__(self, path: str, source: str = "", values: dict[str, Any] | None = None) -> None:
        self.path = path
        self.values = values or {}
        self._source = source

    @classmethod
    def read(cls, path: str, *, advice: str) -> TomlFile:
        """Return what the file says.

        Args:
            path: the file; it need not be there.
            advice: what a person should do if the file is broken.

        Raises:
            ConfigError: if the file can't be read or is no TOML.
        """
        try:
            with open(path, "rb") as file:
                raw = file.read()
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise ConfigError(
                t("{file} can't be read: {reason}.", file=path, reason=trouble(error)), advice
            ) from error
        try:
            source = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise ConfigError(
                t("{file}, line {line}: the text is not UTF-8.", file=path, line=line), advice
            ) from error
        return cls(path, source, _parse(path, source, advice))

    @property
    def folder(self) -> str:
        """The folder that relative paths in the file begin at."""
        return os.path.dirname(self.path)

    def line_of(self, *name: str) -> int | None:
        """Return the line, from 1, on which the value of a (nested) key begins.

        A prefix of whole statements is TOML too, so the first one that holds the key ends with it.
        The files are small and this is asked for one key at a time.
        """
        import tomllib

        lines = self._source.split("\n")
        begins = 0
        for count in range(1, len(lines) + 1):
            try:
                values: Any = tomllib.loads("\n".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                continue
            for part in name:
                values = values.get(part) if isinstance(values, dict) else None
            if values is not None:
                return begins + 1
            begins = count
        return None


def _parse(path: str, source: str, advice: str) -> dict[str, Any]:
    """Return the values of a TOML text."""
    import tomllib

    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        from workbench.reasons import toml_reason

        found = re.search(_AT_LINE, str(error))
        line = int(found[1]) if found else source.rstrip().count("\n") + 1
        raise ConfigError(
            t(
                "{file}, line {line}: this is no valid TOML: {reason}.",
                file=path,
                line=line,
                reason=toml_reason(error),
            ),
            advice,
        ) from error


def update(
    path: str, change: Callable[[dict[str, Any]], None], *, heading: str, advice: str
) -> None:
    """Change a file that the program owns: all of the change is there afterwards, or none.

    "At every moment the file is the old one or the new one, whole": it is written beside its place,
    forced to disk and renamed; a second process waits until the first is done.

    Args:
        path: the file; it and its folder are made if they aren't there.
        change: called with the values that are there now, to change them in place.
        heading: a comment for the file's first line.
        advice: what a person should do if the file is broken.

    Raises:
        ConfigError: if the file is broken or can't be written.
    """
    from pathlib import Path

    import tomli_w

    from workbench.local.files import write_atomic

    try:
        folder = os.path.dirname(path) or os.curdir
        os.makedirs(folder, exist_ok=True)
        with _alone(folder):
            values = TomlFile.read(path, advice=advice).values
            change(values)
            text = f"# {heading}\n\n{tomli_w.dumps(values)}"
            write_atomic(Path(path), [text.encode()], "config")
    except OSError as error:
        raise ConfigError(
            t("{file} can't be written: {reason}.", file=path, reason=trouble(error)),
            t("Check that the folder is there and is yours to write to."),
        ) from error


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Keep other processes from writing in ``folder``, where folders can be opened."""
    if os.name == "nt":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
