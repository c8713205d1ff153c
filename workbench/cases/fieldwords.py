"""What a person calls the fields of a case and of an entry, for sentences and for screens."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.cases.said import said

FIELD_WORDS: Mapping[str, str] = {
    "case": said("case"),
    "title": said("title"),
    "problem": said("problem"),
    "date": said("date"),
    "status": said("status"),
    "engineers": said("engineers"),
    "engineer_label": said("engineers"),
    "tags": said("tags"),
    "entry": said("entry"),
    "text": said("text"),
    "speaker": said("speaker"),
    "happened": said("time"),
    "attachment": said("file"),
    "number": said("number"),
    "alias": said("spelling"),
    "side": said("side"),
}


def field_said(field: str) -> str:
    """Return the word for a field; one that a newer version added is called by its name."""
    return FIELD_WORDS.get(field, field)
