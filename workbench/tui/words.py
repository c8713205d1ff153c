"""The words that the widgets show, in the language of the interface."""

from __future__ import annotations

from workbench.cases.model import STATUSES
from workbench.language import status_word, t


def status_words() -> dict[str, str]:
    """Return the team's word for each status."""
    return {status: status_word(status) for status in STATUSES}


def column_words() -> dict[str, str]:
    """Return the names of the list's columns."""
    return {
        "key": t("Case"),
        "status": t("Status"),
        "title": t("Title"),
        "engineers": t("Engineers"),
        "activity": t("Latest"),
        "age": t("Age"),
        "unread": t("New"),
        "entries": t("Entries"),
        "waiting": t("Waits"),
        "opened": t("Opened"),
        "tags": t("Tags"),
        "pictures": t("Pictures"),
        "files": t("Files"),
    }


def side_key(side: str | None) -> str:
    """Return what the widgets call a side, which styles can be named after."""
    return "rnd" if side == "R&D" else side or ""


def thread_words(unfold: str = "") -> dict[str, str]:
    """Return the words of the thread; ``{}`` names what the widget fills in.

    Args:
        unfold: The key that shows all of a long entry, as it is shown; "" where there is none.
    """
    return {
        "problem": t("Problem"),
        "untagged": t("untagged"),
        "edited": t("edited"),
        "edited_by": t("edited by {who}"),
        "hidden": t("hidden"),
        "redacted": t("redacted"),
        "unread": t("new"),
        "picture": t("picture {name}"),
        "file": t("file {name}"),
        "decision": t("{n} to decide"),
        "author": t("typed by {who}"),
        "more": t("… {n} more lines") + (f" ({unfold})" if unfold else ""),
    }


def diff_words() -> dict[str, str]:
    """Return the words of the view of differences."""
    return {"ancestor": t("before")}
