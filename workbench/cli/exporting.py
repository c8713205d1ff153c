"""``export``: cases written out for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from widgets.plain import visible
from workbench.cases.errors import WorkbenchError
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call, as_path
from workbench.cli.output import encode, json_array
from workbench.language import t, tn

if TYPE_CHECKING:
    from workbench.cases.model import Summary

CSV_HEADER = (
    *("id", "key", "aliases", "project", "number", "date_raw", "opened_on", "title", "problem"),
    *("status", "status_until", "status_why", "awake", "engineers", "engineer_label", "tags"),
    *("entry_count", "images", "attachments", "references", "questions", "decisions", "unread"),
    *("hidden", "source", "created_at", "updated_at", "waiting_for"),
)
"""The columns: the JSON names of a case in a list."""


@command("export", signs="query")
@click.argument(
    "query", nargs=-1, type=words, metavar="[QUERY]...", shell_complete=offered("query")
)
@click.option("--format", "form", type=click.Choice(["json", "csv"]), help="The format.")
@click.option(
    "--view",
    type=words,
    metavar="NAME",
    help="Only cases of this saved view.",
    shell_complete=offered("view"),
)
@click.option(
    "-o",
    "file",
    metavar="FILE",
    help="Write to FILE instead of stdout.",
    shell_complete=offered("file"),
)
def export_command(
    call: Call, query: Sequence[str], form: str | None, view: str | None, file: str | None
) -> None:
    """Write out the cases that match QUERY, whole as JSON or one a row as CSV."""
    if form is None and not call.json:
        raise click.UsageError(t("Give the --format: json or csv."))
    asked = " ".join(query) if view is None else call.desk.within(view, " ".join(query))
    found = _Counted(call.desk.list(asked))
    chunks = case_csv(found) if form == "csv" else _json(call, found)
    if file is None or file == "-":
        for chunk in chunks:
            call.out.data_bytes(chunk)
        return
    write_file(file, chunks)
    call.out.remark(f"{visible(file)}: " + tn("{count} case", "{count} cases", found.count))


class _Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[Summary]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Summary]:
        for row in self._rows:
            self.count += 1
            yield row


def case_csv(rows: Iterable[Summary]) -> Iterator[bytes]:
    """Return the rows as the chunks of a CSV file."""
    from workbench.desk import summary_json
    from workbench.exchange.csvfile import write_csv

    return write_csv(map(summary_json, rows), CSV_HEADER)


def _json(call: Call, rows: Iterable[Summary]) -> Iterator[bytes]:
    """Yield whole cases as a JSON array, one at a time."""
    from workbench.desk import case_json

    yield from map(
        encode, json_array(case_json(call.desk.case(row.id, seen=False)) for row in rows)
    )


def write_file(file: str, chunks: Iterable[bytes]) -> None:
    """Write a file in one step.

    Raises:
        WorkbenchError: it can't be written.
    """
    from workbench.local.files import write_atomic

    try:
        write_atomic(as_path(file), chunks, "export")
    except OSError as error:
        raise WorkbenchError(
            t("{file} can't be written: {reason}.", file=file, reason=error.strerror),
            t("Check that the folder is there and is yours to write to."),
        ) from error
