"""``import``: pages of cases read in from files or stdin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from widgets.plain import visible
from workbench.cases.errors import Stopped, UnusablePage, WorkbenchError
from workbench.cases.files import LIMIT, show_size
from workbench.cases.said import said
from workbench.cli.arguments import command, offered, read_stdin, words
from workbench.cli.call import Call, as_path
from workbench.cli.progress import counted, follow_index
from workbench.cli.written import DECISIONS_WAIT, DONE
from workbench.language import field_word, joined, labelled, listed, t, tn, told, trouble

if TYPE_CHECKING:
    from workbench.desk import ImportReport

PART_REFUSED = 6


@command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...|-", shell_complete=offered("file")
)
@click.option("--project", type=words, metavar="P", help="For headings that name no project.")
@click.option("--page", type=words, metavar="NAME", help="For a page that has no name of its own.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def import_command(
    call: Call, files: Sequence[str], project: str | None, page: str | None, dry_run: bool
) -> int:
    """Read pages of cases from files, or from stdin with -.

    Doing it again changes nothing, and nothing is ever removed.
    """
    if files.count("-") > 1:
        raise click.UsageError(t("stdin can be read only once."))
    for file in files:
        _check(file)
    reports: list[ImportReport] = []
    unusable: list[UnusablePage] = []
    for file in files:
        try:
            with counted(call, file) as progress:
                reports.append(
                    call.desk.import_page(
                        read_stdin() if file == "-" else _read(file),
                        file_name=None if file == "-" else as_path(file).name,
                        project=project,
                        page=page,
                        dry_run=dry_run,
                        progress=progress,
                    )
                )
        except KeyboardInterrupt:
            if dry_run:
                raise
            raise Stopped(
                t("Stopped: the cases that were read stay; import it again to go on.")
            ) from None
        except UnusablePage as error:
            if len(files) == 1:
                raise
            unusable.append(
                UnusablePage(said("{file}: {why}", file=file, why=error.args[0]), error.hint)
            )
    if not reports:
        raise _all_unusable(unusable)
    follow_index(call)
    _print(call, files, reports, dry_run)
    return _outcome(call, reports, unusable)


def _check(file: str) -> None:
    """Make sure that a file can be read, before anything of the others is taken."""
    if file == "-":
        return
    try:
        with as_path(file).open("rb"):
            pass
    except OSError as error:
        raise _unreadable(file, error) from error


def _read(file: str) -> bytes:
    """Return the bytes of a file."""
    try:
        return as_path(file).read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: str, error: OSError) -> WorkbenchError:
    return WorkbenchError(
        t(
            "{file} can't be read: {reason}. Nothing was imported.",
            file=file,
            reason=trouble(error),
        ),
        t("Check the name of the file."),
    )


def _all_unusable(errors: Sequence[UnusablePage]) -> WorkbenchError:
    """Return the one error for several files of which none could be taken."""
    return UnusablePage(" ".join(map(trouble, errors)), errors[0].hint)


def _print(
    call: Call, files: Sequence[str], reports: Sequence[ImportReport], dry_run: bool
) -> None:
    """Print the reports: one object for one file, an array for several, or text."""
    if call.json:
        if len(files) == 1:
            call.out.json(reports[0].json())
        else:
            call.out.json_rows(report.json() for report in reports)
        return
    for report in reports:
        for line in _report(report):
            call.out.data(line + "\n")
    if dry_run:
        call.out.remark(t("A dry run: nothing was written."))


def _report(report: ImportReport) -> Iterator[str]:
    """Yield the lines of one report."""
    yield t(
        "{page}: {added} cases new, {changed} changed, {unchanged} unchanged; "
        "{entries} entries, {new} of them new.",
        page=visible(report.page or t("page without a name")),
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        entries=report.entries,
        new=report.entries_added,
    )
    if report.questions:
        yield t("Questions for a person:")
        for question in report.questions:
            asked = labelled(field_word(question["field"]), told(question["text"]))
            yield visible(f"  {question['case']}  {asked}")
    if report.unread_lines:
        yield t("Lines that no field took up:")
        for line in report.unread_lines:
            yield visible(f"  {line['line']}  {line['text']}")
    if report.gone:
        yield t("No longer on the page, and kept here:")
        for gone in report.gone:
            yield visible("  " + "  ".join(str(value) for value in gone.values() if value))


def _moved(report: ImportReport) -> str:
    """Say that the cases of a page which has no name of its own stood on another one."""
    return joined(
        t(
            "These cases stood on the page {old}, and stand on {page} now, as the file is called.",
            old=listed(report.moved_from),
            page=report.page,
        ),
        t(
            "If it is the same page: workbench import - --page {old} < FILE.",
            old=report.moved_from[0],
        ),
    )


def _outcome(call: Call, reports: Sequence[ImportReport], unusable: Sequence[UnusablePage]) -> int:
    """Say what was refused and what waits, and return the exit status."""
    for report in reports:
        if report.moved_from and not call.json:
            call.out.remark(visible(_moved(report)))
        for page in report.too_large:
            call.out.remark(
                t(
                    "The page {page} has more than {size}: its cases are shared, but only this copy"
                    " can write the page back.",
                    page=visible(page),
                    size=show_size(LIMIT),
                )
            )
    refused = [
        *map(trouble, unusable),
        *(told(part) for report in reports for part in report.refused),
    ]
    for part in refused:
        call.out.remark(visible(part))
    decisions = sum(report.decisions for report in reports)
    if decisions:
        call.out.remark(
            tn(
                "{count} decision waits for a person: see `workbench decisions`.",
                "{count} decisions wait for a person: see `workbench decisions`.",
                decisions,
            )
        )
    if refused:
        call.out.remark(
            tn(
                "{count} part was refused; the rest was taken.",
                "{count} parts were refused; the rest was taken.",
                len(refused),
            )
        )
        return PART_REFUSED
    return DECISIONS_WAIT if decisions else DONE
