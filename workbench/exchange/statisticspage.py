"""Statistics as one HTML file that opens in a browser: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from workbench.language import current, labelled, status_word, t, tn

if TYPE_CHECKING:
    from workbench.cases.statistics import Period, Spread, Statistics

STYLE = """
:root { color-scheme: light dark; --bar: #3b82f6; --done: #22a565; --line: #8884; }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; width: 5rem; }
td.b { width: 55%; }
i { display: block; height: .8rem; background: var(--bar); border-radius: 2px; }
i.done { background: var(--done); margin-top: 2px; }
"""

Bar = tuple[str, Sequence[int]]
"""A name and its numbers: the first drawn as a bar, a second below it as what was done."""


def page(statistics: Statistics, query: str) -> str:
    """Return the file's text.

    Args:
        query: what the cases were found by; "" for all.
    """
    return "\n".join(_lines(statistics, query)) + "\n"


def _lines(found: Statistics, query: str) -> Iterator[str]:
    title = t("Cases, {day}", day=found.day)
    yield "<!DOCTYPE html>"
    yield f'<html lang="{current()}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f"<style>{STYLE}</style></head><body>"
    yield f"<h1>{escape(title)}</h1>"
    yield f"<p>{escape(about(found, query))}</p>"
    for heading, spread in (
        (t("Time to the first answer"), found.first_answer),
        (t("Time to resolution"), found.resolution),
    ):
        yield f"<p>{escape(labelled(heading, spread_words(spread)))}</p>"
    yield from _table(t("Status"), ((status_word(s), (n,)) for s, n in found.statuses.items()))
    yield from _table(
        t("Age of open cases"), ((age_words(name), (n,)) for name, n in found.ages.items())
    )
    yield from _table(
        t("Engineers: cases, open"), ((p.name, (p.cases, p.open)) for p in found.engineers)
    )
    weeks = ((week_words(week.name), (week.opened, week.resolved)) for week in found.weeks)
    yield from _table(t("Weeks: opened, resolved"), weeks)
    yield from _table(t("Months: opened, resolved"), map(_period, found.months))
    yield from _table(t("Projects"), ((name, (n,)) for name, n in found.projects.items()))
    yield "</body></html>"


def about(found: Statistics, query: str) -> str:
    """Return in words how many cases were counted, and what found them."""
    if query:
        return t("{count} cases that “{query}” finds", count=found.cases, query=query)
    return tn("{count} case", "{count} cases", found.cases)


def spread_words(spread: Spread) -> str:
    """Return durations in words: half of them, nine in ten, of how many."""
    if spread.median_hours is None or spread.p90_hours is None:
        return t("not known of any case")
    return t(
        "half within {median}, nine in ten within {p90} (known of {known})",
        median=duration(spread.median_hours),
        p90=duration(spread.p90_hours),
        known=spread.known,
    )


def duration(hours: float) -> str:
    """Return a duration in words: hours up to two days, then days."""
    if hours < 48:
        return t("{n} h", n=f"{hours:g}")
    return t("{n} days", n=f"{hours / 24:.1f}")


def age_words(name: str) -> str:
    """Return in words what an age of open cases (``7-29d``) is called."""
    words = {
        "<7d": t("under 7 days"),
        "7-29d": t("7 to 29 days"),
        "30-89d": t("30 to 89 days"),
        "90-364d": t("90 to 364 days"),
        ">=365d": t("a year and more"),
        "?": t("not known"),
    }
    return words.get(name, name)


def week_words(name: str) -> str:
    """Return in words what a week (``2026-W47``) is called."""
    return t("{year}, week {n}", year=name[:4], n=int(name[6:]))


def _period(period: Period) -> Bar:
    return period.name, (period.opened, period.resolved)


def _table(title: str, bars: Iterable[Bar]) -> Iterator[str]:
    rows = list(bars)
    most = max((max(numbers) for _, numbers in rows), default=0) or 1
    yield f"<h2>{escape(title)}</h2><table>"
    for name, numbers in rows:
        drawn = "".join(
            f'<i{" class=done" if nth else ""} style="width:{100 * number / most:.1f}%"></i>'
            for nth, number in enumerate(numbers)
        )
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
        yield f'<tr><th>{escape(name)}</th>{cells}<td class="b">{drawn}</td></tr>'
    yield "</table>"
