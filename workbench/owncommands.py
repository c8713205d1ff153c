"""Commands of a person's own: a program and words in which a case's fields are filled in.

"What a case says is never read by a shell": the words are told apart before they are filled in, so
a title such as ``; rm -rf ~`` stays one word.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence

from workbench.cases.errors import BadInput
from workbench.cases.model import Summary
from workbench.language import t, trouble

SECONDS = 60.0
"""How long a command may take."""
SHOWN = 64 * 1024
"""So much of what it prints is shown, in bytes."""

FIELDS = (
    *("key", "number", "project", "title", "problem", "status", "engineers", "tags", "opened"),
    *("order", "phone", "tracker", "file"),
)


def words(written: object) -> list[str]:
    """Return the words of a command as it stands in the settings.

    Raises:
        BadInput: it is no text, names a field that no case has, or has an open quote.
    """
    if not isinstance(written, str) or not written.strip():
        raise BadInput(
            t("it is no command"), t('Write it as: name = "program {field}"', field="{key}")
        )
    try:
        found = shlex.split(written)
    except ValueError as error:
        raise BadInput(t("a quote is not closed")) from error
    for name in re.findall(r"\{(\w*)\}", written):
        if name not in FIELDS:
            raise BadInput(
                t("there is no field “{name}”", name=name),
                t("There are {names}.", names=", ".join(FIELDS)),
            )
    return found


def filled(command: Sequence[str], case: Summary, database: str) -> list[str]:
    """Return the words of a command with a case's fields in them; what it lacks is left empty.

    Args:
        command: as :func:`words` gives it.
        case: the case.
        database: the path of the file it is in.
    """
    first: dict[str, str] = {}
    for reference in case.references:
        first.setdefault(reference.kind, reference.value)
    values: Mapping[str, str] = {
        "key": case.key,
        "number": "" if case.number is None else str(case.number),
        "project": case.project,
        "title": case.title,
        "problem": case.problem,
        "status": case.status,
        "engineers": " ".join(case.engineers),
        "tags": " ".join(case.tags),
        "opened": case.opened_on or "",
        "file": database,
        **{kind: first.get(kind, "") for kind in ("order", "phone", "tracker")},
    }
    return [re.sub(r"\{(\w+)\}", lambda found: values[found[1]], word) for word in command]


def run(command: Sequence[str]) -> str:
    """Run a command to its end and return what it printed.

    Raises:
        BadInput: there is no such program, it failed, or took too long.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        if isinstance(error, subprocess.TimeoutExpired):
            why = t("it took longer than {seconds} seconds", seconds=f"{SECONDS:.0f}")
        else:
            why = trouble(error)
        raise BadInput(
            t("“{command}” can't be run: {reason}.", command=command[0], reason=why)
        ) from error
    said = done.stdout[:SHOWN].decode("utf-8", "replace").strip()
    if done.returncode:
        last = said.splitlines()[-1] if said else "–"
        raise BadInput(
            t(
                "“{command}” ended with {status}: {last}",
                command=command[0],
                status=done.returncode,
                last=last,
            )
        )
    return said
