"""``export``: cases written out for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from widgets.plain import visible
from workbench.cases.errors import WorkbenchError
from workbench.cli.arguments import command, into_file, of_view, offered, words
from workbench.cli.call import Call, as_path
from workbench.cli.output import encode, json_array
from workbench.cli.written import DECISIONS_WAIT
from workbench.language import t, tn, trouble

if TYPE_CHECKING:
    from workbench.cases.model import Summary

CSV_HEADER = (
    *("id", "key", "aliases", "project", "number", "date_raw", "opened_on", "title", "problem"),
    *("status", "status_until", "status_why", "awake", "engineers", "engineer_label", "tags"),
    *("entry_count", "images", "attachments", "references", "questions", "decisions", "unread"),
    *("hidden", "source", "created_at", "updated_at", "waiting_for"),
)
"""The columns: the JSON names of a case in a list."""


FORMATS = ("json", "csv", "xwiki", "markdown", "html")


@command("export", signs="query")
@click.argument(
    "query", nargs=-1, type=words, metavar="[QUERY]...", shell_complete=offered("query")
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="The format.")
@of_view
@click.option("--page", type=words, metavar="PAGE", help="An imported page with what changed.")
@click.option("--mask", "masked", is_flag=True, help="Hide phone and card numbers.")
@into_file
def export_command(
    call: Call,
    query: Sequence[str],
    form: str | None,
    view: str | None,
    page: str | None,
    masked: bool,
    file: str | None,
) -> int:
    """Write out the cases that match QUERY, whole or (as CSV) one a row.

    With --page, an imported page as wiki source with only its changed cases replaced; where a QUERY
    is given, only with those that match, and new ones among them below the page's beginning.
    """
    if page is not None and form not in (None, "xwiki"):
        raise click.UsageError(t("--page writes wiki source: leave --format out."))
    if form is None and page is None and not call.json:
        raise click.UsageError(t("Give the --format: {formats}.", formats=", ".join(FORMATS)))
    asked = " ".join(query) if view is None else call.desk.within(view, " ".join(query))
    if page is not None:
        return _write_page(call, page, asked, masked, file)
    if form == "xwiki":  # what no page can hold is told before anything is written
        for _ in _texts(call, form, _Counted(call.desk.list(asked)), asked):
            pass
    found = _Counted(call.desk.list(asked, sort="-number" if form == "xwiki" else "activity"))
    chunks = _chunks(call, form or "json", found, asked, masked)
    if file is None or file == "-":
        for chunk in chunks:
            call.out.data_bytes(chunk)
    else:
        write_file(file, chunks)
        call.out.remark(f"{visible(file)}: " + tn("{count} case", "{count} cases", found.count))
    if found.left_out:
        call.out.remark(
            tn(
                "{count} case has no number yet and can't stand on a page; sync gives it one.",
                "{count} cases have no number yet and can't stand on a page; sync gives them one.",
                found.left_out,
            )
        )
    return 0


def _chunks(call: Call, form: str, found: _Counted, asked: str, masked: bool) -> Iterator[bytes]:
    """Yield what is written in a format, piece by piece."""
    if form == "csv":
        return case_csv(found, masked=masked)
    if form == "json":
        return _json(call, found, masked)
    return _encoded(_texts(call, form, found, asked), masked)


def _texts(call: Call, form: str, found: _Counted, asked: str) -> Iterator[str]:
    desk = call.desk
    if form == "xwiki":
        from workbench.exchange.writer import page

        return page(
            (desk.case(row.id, seen=False) for row in _newest_first(found)), desk.spoken_for
        )
    cases = (desk.case(row.id, seen=False) for row in found)
    if form == "markdown":
        from workbench.exchange.markdown import markdown

        return markdown(cases, desk.zone())
    from workbench.exchange.casepage import page as html_page

    return html_page(cases, desk.zone(), asked)


def _newest_first(found: _Counted) -> Iterator[Summary]:
    """Yield the numbered cases as a wiki page has them.

    Of two with one number, the one that a page knows by it stands lowest: so a reader tells them
    apart.
    """
    from itertools import groupby

    from workbench.cases.names import case_id

    for number, rows in groupby(found, key=lambda row: (row.number, row.project.casefold())):
        if number[0] is None:
            left = sum(1 for _ in rows)
            found.count, found.left_out = found.count - left, found.left_out + left
        else:
            yield from sorted(rows, key=lambda row: row.id == case_id(row.project, row.number or 0))


def _write_page(call: Call, name: str, asked: str, masked: bool, file: str | None) -> int:
    """Write an imported page, and say what is in it and what to mind; return the exit status."""
    written = call.desk.write_page(name, asked)
    data = written.data
    if masked:
        from workbench.exchange.mask import mask

        data = mask(data.decode(written.encoding, "surrogateescape")).encode(
            written.encoding, "surrogateescape"
        )
    if file is None or file == "-":
        call.out.data_bytes(data)
    else:
        write_file(file, [data])
    changed = tn("{count} case replaced", "{count} cases replaced", written.changed)
    call.out.remark(f"{visible(written.name)}: {changed}")
    if written.added:
        call.out.remark(tn("{count} new case", "{count} new cases", written.added))
    if written.undecided:
        call.out.remark(
            tn(
                "{count} decision waits; what it is about stands as it did on the page.",
                "{count} decisions wait; what they are about stands as it did on the page.",
                written.undecided,
            )
        )
    if written.away is not None:
        call.out.remark(t("This is not the newest save: {why}.", why=trouble(written.away)))
    if not written.is_exact:
        call.out.remark(
            t(
                "This page was saved as it is shown, which loses spaces: compare before you put it"
                " back, or import its source first."
            )
        )
    call.out.remark(
        t("If the page was edited since it was imported, import it first, then export it again.")
    )
    return DECISIONS_WAIT if written.undecided else 0


class _Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[Summary]) -> None:
        self._rows = rows
        self.count = 0
        self.left_out = 0

    def __iter__(self) -> Iterator[Summary]:
        for row in self._rows:
            self.count += 1
            yield row


def case_csv(rows: Iterable[Summary], *, masked: bool = False) -> Iterator[bytes]:
    """Return the rows as the chunks of a CSV file."""
    from workbench.desk import summary_json
    from workbench.exchange.csvfile import write_csv

    found: Iterable[dict[str, Any]] = map(summary_json, rows)
    if masked:
        from workbench.exchange.mask import mask_json

        found = map(mask_json, found)
    return write_csv(found, CSV_HEADER)


def _json(call: Call, rows: Iterable[Summary], masked: bool) -> Iterator[bytes]:
    """Yield whole cases as a JSON array, one at a time."""
    from workbench.desk import case_json

    found = (case_json(call.desk.case(row.id, seen=False)) for row in rows)
    if masked:
        from workbench.exchange.mask import mask_json

        return map(encode, json_array(map(mask_json, found)))
    return map(encode, json_array(found))


def _encoded(texts: Iterable[str], masked: bool) -> Iterator[bytes]:
    if masked:
        from workbench.exchange.mask import mask

        texts = map(mask, texts)
    return map(encode, texts)


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
            t("{file} can't be written: {reason}.", file=file, reason=trouble(error)),
            t("Check that the folder is there and is yours to write to."),
        ) from error
