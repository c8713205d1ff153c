"""The table that ``list`` draws; the only module here that loads rich."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from widgets.plain import plain
from workbench.cli.output import is_terminal
from workbench.cli.report import moment
from workbench.language import status_word, t

if TYPE_CHECKING:
    from rich.table import Table

    from workbench.cases.model import Status, Summary

_WIDTH_WITHOUT_TERMINAL = 120
_COLOURS: dict[Status, str] = {
    "unset": "",
    "in_progress": "yellow",
    "on_hold": "magenta",
    "resolved": "green",
}


def draw_cases(cases: Sequence[Summary]) -> str:
    """Return a table of cases that fits the terminal; plain text where there is none."""
    from rich.console import Console

    terminal = is_terminal(sys.stdout)
    width = shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns
    drawn = io.StringIO()
    console = Console(
        file=drawn,
        width=width,
        force_terminal=terminal,
        force_jupyter=False,
        color_system="auto" if terminal else None,
        no_color=bool(os.environ.get("NO_COLOR")),
        legacy_windows=False,
    )
    console.print(_table(cases))
    return "".join(line.rstrip() + "\n" for line in drawn.getvalue().rstrip("\n").split("\n"))


def _table(cases: Sequence[Summary]) -> Table:
    """Return the rows and columns; the key is never cut, the title takes what room is left."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, expand=False)
    table.add_column(t("Case"), no_wrap=True, min_width=max(len(case.key) for case in cases))
    table.add_column(t("Status"), no_wrap=True)
    table.add_column(t("Title"), no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(t("Engineers"), no_wrap=True, overflow="ellipsis", max_width=20)
    table.add_column(t("Entries"), no_wrap=True, justify="right")
    table.add_column(t("Active"), no_wrap=True)
    table.add_column(t("Age"), no_wrap=True, justify="right")
    today = date.today()
    for case in cases:
        unread = f"+{case.unread}" if case.unread else ""
        table.add_row(
            plain(case.key),
            plain(status_word(case.status) + _marks(case), _COLOURS[case.status]),
            plain(case.title),
            plain(" ".join(case.engineers)),
            plain(f"{case.entry_count}{unread}"),
            plain(moment(case.updated_at)[:10]),
            plain(_age(case, today)),
        )
    return table


def _marks(case: Summary) -> str:
    """Return the signs that call for a person: ? a question, ! a decision, * an awake hold."""
    signs = (("?", case.questions), ("!", case.decisions), ("*", case.awake))
    return "".join(sign for sign, there in signs if there)


def _age(case: Summary, today: date) -> str:
    """Return how many days ago a case was opened, "" where that is not known."""
    if case.opened_on is None:
        return ""
    opened = date.fromisoformat(case.opened_on[:10])
    return t("{days} d", days=max(0, (today - opened).days))
