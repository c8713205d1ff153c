"""What the cases of the list come to, as bars; Enter on one lists the cases that it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static
from textual.widgets.option_list import Option

from widgets.plain import fit, plain, visible, width
from widgets.signs import STATUS_GLYPHS
from workbench.cases.errors import Stopped, WorkbenchError
from workbench.cases.query.completing import replaced
from workbench.cases.statistics import AGES, OLDEST, Statistics
from workbench.colours import LEAST_CONTRAST, contrast
from workbench.exchange.statisticspage import about, age_words, spread_words, week_words
from workbench.language import explained, labelled, status_word, t
from workbench.tui.finder import Finder
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.tui.application import Workbench

PEOPLE = 20
MONTHS = 12
LEAST_BAR, MOST_BAR = 6, 40
"""Cells of the longest bar: on a narrow screen, and on a wide one."""
SIGNS = "█▒"
"""What the bars are made of, so that they are told apart without colours."""


class Bar(NamedTuple):
    """A name, its numbers, and the query for the cases that the first number counts."""

    name: str
    numbers: tuple[int, ...]
    query: str | None = None


class Section(NamedTuple):
    """Bars under a title; ``heads`` name their numbers, where there are two."""

    title: str
    bars: Sequence[Bar]
    heads: tuple[str, ...] = ()


Counted = tuple[Statistics | None, str]
"""What was counted; where it could not be, a sentence that says why."""


def count(desk: Desk, query: str) -> Iterator[Counted]:
    """Yield what the cases of a query come to."""
    try:
        yield desk.statistics(query), ""
    except Stopped:
        raise
    except WorkbenchError as error:
        yield None, explained(error)


class StatisticsScreen(ListDialog[str]):
    """Shows the counts; gives back the query of the bar that was chosen."""

    class Told(Message):
        """The cases were counted."""

        def __init__(self, counted: Counted) -> None:
            """Say what came of it."""
            super().__init__()
            self.counted = counted

    def __init__(self, bench: Workbench, query: str) -> None:
        """Count the cases that ``query`` finds, in a thread."""
        super().__init__(t("Statistics"), empty=t("counting…"))
        self.add_class("statistics")
        self._query = query
        self._found: Statistics | None = None
        self._queries: list[str | None] = []
        self._about = Static(classes="quiet", id="about")
        self._finder = Finder(bench.desk.beside, self._tell, count)

    def on_unmount(self) -> None:
        """Give up on counting."""
        self._finder.close()

    def begin(self) -> None:
        """Begin to count."""
        super().begin()
        self.query_one(".box").mount(self._about, before=self.lines)
        self._finder.ask(self._query)

    def foot(self) -> str:
        """Return the line under the bars."""
        return t("Enter lists the cases of a bar · Esc leaves")

    def reread(self) -> None:
        """Count again what another process wrote into."""
        self._finder.ask(self._query)

    def relabel(self) -> None:
        """Say everything in the language that is spoken now."""
        self._show()

    def _tell(self, counted: Counted) -> None:
        self.post_message(self.Told(counted))

    def on_statistics_screen_told(self, event: Told) -> None:
        """Show what was counted."""
        event.stop()
        self._found, wrong = event.counted
        if wrong:
            self._empty = wrong
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Draw the bars as long as there is room."""
        self._show()

    def _show(self) -> None:
        if self._found is not None:
            self._about.update(plain(_heading(self._found, self._query), multiline=True))
        self.fill(self.lines.highlighted or 0)

    def fill(self, at: int = 0) -> None:
        """Show the bars anew; the cursor passes over what stands between them."""
        if self._found is None:
            super().fill(at)
            return
        options: list[Option] = []
        self._queries = []
        theme = self.app.current_theme
        ground = theme.variables["block-cursor-background"]
        inks = [
            # A bar that would fade in the cursor's row is drawn in the colour of the text.
            ink if contrast(ink, ground) >= LEAST_CONTRAST else ""
            for ink in (theme.primary, theme.secondary or theme.primary)
        ]
        room = max(self.lines.scrollable_content_region.width, 1)
        for section in sections(self._found):
            for text, query in _lines(section, room, inks, theme.primary):
                options.append(Option(text, disabled=query is None))
                self._queries.append(query)
        self.lines.clear_options()
        self.lines.add_options(options)
        first = next((nth for nth, query in enumerate(self._queries) if query is not None), None)
        keep = at < len(self._queries) and self._queries[at] is not None
        self.lines.highlighted = at if keep else first
        if not keep:
            self.call_after_refresh(self.lines.scroll_home, animate=False)

    def prompts(self) -> Sequence[Text]:
        """Return no line: nothing is counted yet."""
        return ()

    def choose(self, index: int) -> None:
        """Give back the query for the cases of a bar."""
        part = self._queries[index] if index < len(self._queries) else None
        if part is not None:
            self.dismiss(within(self._query, part))


def within(query: str, part: str) -> str:
    """Return the query for what ``part`` finds among the cases of a query."""
    from workbench.cases.query import grouped

    return f"{grouped(query)} {part}" if query.strip() else part


def sections(found: Statistics) -> list[Section]:
    """Return all bars."""
    both = (t("opened"), t("resolved"))
    today = date.fromisoformat(found.day)
    statuses = [
        Bar(f"{STATUS_GLYPHS[status]} {status_word(status)}", (number,), f"status:{status}")
        for status, number in found.statuses.items()
    ]
    ages = [Bar(age_words(name), (n,), _age(name, today)) for name, n in found.ages.items() if n]
    people = [
        Bar(person.name, (person.cases, person.open), replaced("engineer:", person.name))
        for person in found.engineers[:PEOPLE]
    ]
    weeks = [Bar(week_words(w.name), (w.opened, w.resolved), _week(w.name)) for w in found.weeks]
    months = [
        Bar(month.name, (month.opened, month.resolved), f"opened:{month.name}")
        for month in found.months[-MONTHS:]
    ]
    projects = [Bar(name, (n,), replaced("project:", name)) for name, n in found.projects.items()]
    return [
        Section(t("Status"), statuses),
        Section(t("Age of open cases"), ages),
        Section(t("Engineers"), people, (t("cases"), t("open"))),
        Section(t("Weeks"), weeks, both),
        Section(t("Months"), months, both),
        Section(t("Projects"), projects),
    ]


def _heading(found: Statistics, query: str) -> str:
    """Return what stands above the bars: how many cases, and how fast they go."""
    return "\n".join(
        (
            about(found, query),
            labelled(t("Time to the first answer"), spread_words(found.first_answer)),
            labelled(t("Time to resolution"), spread_words(found.resolution)),
        )
    )


def _lines(
    section: Section, room: int, inks: Sequence[str], heading: str
) -> Iterator[tuple[Text, str | None]]:
    """Yield the title of bars in the colour ``heading``, and each bar with its query.

    ``inks`` are the colours of bars, "" for that of the text.
    """
    if not section.bars:
        return
    names = [visible(bar.name) for bar in section.bars]
    wide = min(max(map(width, names)), max(room // 4, 8))
    several = len(section.bars[0].numbers)
    most = max(max(bar.numbers) for bar in section.bars) or 1
    digits = len(str(most))
    cells = max(LEAST_BAR, min((room - wide - 2) // several - digits - 3, MOST_BAR))
    yield plain(section.title, f"bold {heading}"), None
    if section.heads:
        # The signs of the bars say which is which.
        legend = "   ".join(f"{SIGNS[nth]} {head}" for nth, head in enumerate(section.heads))
        yield plain(f"  {legend}"), None
    for bar, name in zip(section.bars, names, strict=True):
        line = plain(f"  {fit(name, wide)}")
        for nth, number in enumerate(bar.numbers):
            drawn = SIGNS[nth] * (-(-number * cells // most))
            line.append_text(plain(f" {number:>{digits}} "))
            line.append_text(plain(f"{fit(drawn, cells)} ", inks[nth]))
        line.rstrip()
        yield line, bar.query
    yield plain(""), None


def _age(name: str, today: date) -> str | None:
    """Return the query for open cases of an age, None for those of an unknown one."""
    least = 0
    for known, end in (*AGES, (OLDEST, None)):
        if known == name:
            first = "" if end is None else today - timedelta(days=end - 1)
            return f"-status:resolved opened:{first}..{today - timedelta(days=least)}"
        least = end or 0
    return None


def _week(name: str) -> str:
    """Return the query for the cases that were opened in a week (``2026-W47``)."""
    monday = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
    return f"opened:{monday}..{monday + timedelta(days=6)}"
