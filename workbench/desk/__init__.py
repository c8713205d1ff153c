"""The desk: one method for each thing a person can do, the only door that cli and tui knock at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.cases.errors import (
    Ambiguous,
    BadInput,
    Busy,
    NewerFile,
    NotFound,
    QueryError,
    UnusablePage,
    WorkbenchError,
)
from workbench.desk.desk import Desk, Standing
from workbench.desk.looking import Found
from workbench.desk.tools import Seen, Written
from workbench.local.database import file_trouble

if TYPE_CHECKING:
    from workbench.desk.importing import ImportReport
    from workbench.desk.json import (
        attachment_json,
        case_json,
        decision_json,
        entry_json,
        history_json,
        iso,
        news_json,
        statistics_json,
        summary_json,
        week_json,
    )
    from workbench.desk.newestact import Hiding
    from workbench.desk.undoing import Undone
    from workbench.local.drafts import Draft

__all__ = [
    "Ambiguous",
    "BadInput",
    "Busy",
    "Desk",
    "Draft",
    "Found",
    "Hiding",
    "ImportReport",
    "NewerFile",
    "NotFound",
    "QueryError",
    "Seen",
    "Standing",
    "Undone",
    "UnusablePage",
    "WorkbenchError",
    "Written",
    "attachment_json",
    "case_json",
    "decision_json",
    "entry_json",
    "file_trouble",
    "history_json",
    "iso",
    "news_json",
    "statistics_json",
    "summary_json",
    "week_json",
]


_RARE = {
    "Draft": "workbench.local.drafts",
    "ImportReport": "workbench.desk.importing",
    "Hiding": "workbench.desk.newestact",
    "Undone": "workbench.desk.undoing",
}
"""Names of modules that most calls never use, and so are not loaded at the start."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load what is used rarely when it is asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_RARE.get(name, "workbench.desk.json")), name)
