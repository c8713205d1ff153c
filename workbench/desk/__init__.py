"""The desk: one method for each thing a person can do, the only door that cli and tui knock at."""

from __future__ import annotations

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
from workbench.desk.desk import Desk, Found, Standing
from workbench.desk.importing import ImportReport
from workbench.desk.json import (
    case_json,
    decision_json,
    entry_json,
    history_json,
    iso,
    summary_json,
)
from workbench.desk.tools import Seen, Written
from workbench.desk.undoing import Undone
from workbench.local.drafts import Draft

__all__ = [
    "Ambiguous",
    "BadInput",
    "Busy",
    "Desk",
    "Draft",
    "Found",
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
    "case_json",
    "decision_json",
    "entry_json",
    "history_json",
    "iso",
    "summary_json",
]
