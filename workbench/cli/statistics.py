"""``stats`` and ``report``: what many cases come to, and what a week brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from widgets.plain import fit, printed, visible, width
from workbench.cli.arguments import command, into_file, offered, words
from workbench.cli.call import Call
from workbench.cli.exporting import write_file
from workbench.language import labelled, status_word, t, tn

if TYPE_CHECKING:
    from workbench.cases.statistics import Statistics

BAR = 32
"""Cells of the longest bar."""
PEOPLE = 12
MONTHS = 12
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@command("stats", signs="query")
@click.argument(
    "query", nargs=-1, type=words, metavar="[QUERY]...", shell_complete=offered("query")
)
@click.option(
    "--html",
    "file",
    metavar="FILE",
    help="Write a page for a browser to FILE.",
    shell_complete=offered("file"),
)
def stats_command(call: Call, query: Sequence[str], file: str | None) -> None:
    """Count the cases that match QUERY: by status, engineer, month and age, and how fast."""
    from workbench.desk import statistics_json

    text = " ".join(query)
    found = call.desk.statistics(text)
    if file is not None:
        from workbench.exchange.statisticspage import page

        write_file(file, [page(found, text).encode(errors="replace")])
    if call.json:
        call.out.json(statistics_json(found) | ({} if file is None else {"file": file}))
    elif file is not None:
        call.out.data(visible(file) + "\n")
    else:
        call.out.data("".join(line.rstrip() + "\n" for line in _lines(found)))


@command("report")
@click.option("--week", "is_week", is_flag=True, help="Of a week.")
@click.argument("day", required=False, type=words, metavar="[D]")
@into_file
def report_command(call: Call, is_week: bool, day: str | None, file: str | None) -> None:
    """Write the report of a week as Markdown: of this one, or of the one in which D is."""
    from workbench.desk import week_json
    from workbench.exchange.weekly import markdown

    if not is_week:
        raise click.UsageError(t("Say of what: --week."))
    week = call.desk.week(day)
    text = markdown(week)
    if file is not None:
        write_file(file, [text.encode(errors="replace")])
    if call.json:
        call.out.json(week_json(week) | {"markdown": text})
    elif file is not None:
        call.out.data(visible(file) + "\n")
    else:
        call.out.data(printed(text, multiline=True))


def _lines(found: Statistics) -> Iterator[str]:
    from workbench.exchange.statisticspage import age_words, spread_words, week_words

    yield tn("{count} case", "{count} cases", found.cases)
    yield from _bars(t("Status"), [(status_word(s), (n,)) for s, n in found.statuses.items()])
    ages = [(age_words(name), (n,)) for name, n in found.ages.items()]
    yield from _bars(t("Age of open cases"), ages)
    people = [(person.name, (person.cases, person.open)) for person in found.engineers]
    yield from _bars(t("Engineers: cases, open"), people[:PEOPLE])
    weeks = [(week_words(week.name), (week.opened, week.resolved)) for week in found.weeks]
    yield from _bars(t("Weeks: opened, resolved"), weeks)
    months = [(month.name, (month.opened, month.resolved)) for month in found.months]
    yield from _bars(t("Months: opened, resolved"), months[-MONTHS:])
    yield ""
    yield labelled(t("Time to the first answer"), spread_words(found.first_answer))
    yield labelled(t("Time to resolution"), spread_words(found.resolution))


def _bars(title: str, rows: Sequence[tuple[str, tuple[int, ...]]]) -> Iterator[str]:
    """Yield a title and a line for each name: its numbers, and a bar as long as the first."""
    if not rows:
        return
    most = max(numbers[0] for _, numbers in rows) or 1
    names = [visible(name) for name, _ in rows]
    wide = max(map(width, names))
    yield ""
    yield title
    for name, (_, numbers) in zip(names, rows, strict=True):
        shown = " ".join(f"{number:>7}" for number in numbers)
        yield f"  {fit(name, wide)} {shown}  {_bar(numbers[0] / most)}"


def _bar(part: float) -> str:
    eighths = round(part * BAR * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
