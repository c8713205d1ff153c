"""Choosing one of the texts that are written often."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.language import t
from workbench.templates import fill
from workbench.tui.screens.pick import ChooseScreen

if TYPE_CHECKING:
    from workbench.tui.application import Workbench


def choose(bench: Workbench, case_id: str | None, use: Callable[[str], None]) -> None:
    """Let a template be chosen; ``use`` gets its text with the case's fields filled in."""
    if not bench.config.templates:
        bench.say(t("No template is set: workbench config set templates.NAME TEXT"))
        return

    def chosen(name: str | None) -> None:
        if name is not None:
            bench.guard(lambda: use(fill(bench.config.templates[name], _values(bench, case_id))))

    choices = [(name, name) for name in bench.config.templates]
    bench.open(ChooseScreen(choices, title=t("Template")), chosen)


def _values(bench: Workbench, case_id: str | None) -> dict[str, str]:
    """Return what the fields of a template stand for."""
    from workbench.tui.moments import local

    values = {"me": bench.desk.author, "today": f"{local(bench.clock()):%Y-%m-%d}"}
    if case_id is not None:
        row = bench.desk.summaries([case_id])[0]
        orders = [each.value for each in row.references if each.kind == "order"]
        values |= {
            "key": row.key,
            "title": row.title,
            "project": row.project,
            "engineers": " ".join(row.engineers),
            "order": orders[-1] if orders else "",
        }
    return values
