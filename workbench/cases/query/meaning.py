"""What a query means: which cases it asks for, said in the plainest way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from workbench.cases.initials import sounds
from workbench.cases.query.days import limits
from workbench.cases.query.tree import And, Days, Field, Node, Not, Or, Phrase, Words
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.cases.text import fold

_KEY = r"([^#]+?)(?:_case)?#(new-[a-z2-7]+|[0-9]+(?:-[a-z2-7]+)?)(?:_.*)?"


class View(Record):
    """What a query sees of a case. Each of ``texts`` is one field or one visible entry.

    ``title`` is one of them; it and ``names``, those of engineers and speakers as they are
    written, are found by their initials too. ``engineers`` and ``speakers`` are every way to
    write who they are; speakers and ``references`` are those of the visible entries, references
    also of the problem. ``opened``, ``updated`` and ``today`` are days (``YYYY-MM-DD``) where the
    reader is.
    """

    texts: Sequence[str] = ()
    title: str = ""
    names: Sequence[str] = ()
    status: str = "unset"
    engineers: Sequence[str] = ()
    project: str = ""
    tags: Sequence[str] = ()
    speakers: Sequence[str] = ()
    references: Sequence[str] = ()
    opened: str | None = None
    updated: str | None = None
    waiting_for: str | None = None
    flags: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()
    today: str = "1970-01-01"


def matches(tree: Node, view: View) -> bool:
    """Say whether the case that is seen as ``view`` is one that the query asks for."""
    return _matches(tree, view, [fold(text) for text in view.texts])


def terms(tree: Node) -> tuple[str, ...]:
    """Return the folded words that a found case contains, for highlighting them."""
    return tuple(dict.fromkeys(_leaves(tree, _word)))


def asks_for_hidden(tree: Node) -> bool:
    """Say whether the query wants hidden cases too, which are otherwise left out."""
    return any(_leaves(tree, lambda leaf: "hidden" if _is_hidden(leaf) else None))


def taken_as_text(tree: Node) -> str | None:
    """Return what to write instead of the first word that is an operator in other languages.

    One in quotes is meant as it stands, and one behind a minus keeps no case from being found.
    """
    return next(iter(_leaves(tree, _instead)), None)


def case_stem(reference: str) -> str | None:
    """Return a folded key without its date and its project's ``_case``; None for no key.

    Who mentions a case may write its key with a date or without one, or as ``nova#97``.
    """
    match = re.fullmatch(_KEY, reference)
    return f"{match[1]}_case#{match[2]}" if match else None


def mentions(wanted: str, value: str) -> bool:
    """Say whether a reference is one that a query asks for; both folded.

    Digits ask for what begins with them, a key for every way to write it.
    """
    if wanted.isascii() and wanted.isdigit():
        return value.startswith(wanted)
    stem = case_stem(wanted)
    return value == wanted if stem is None else case_stem(value) == stem


def _matches(tree: Node, view: View, texts: Sequence[str]) -> bool:
    match tree:
        case Words(term, True) if any(sounds(term, name) for name in (view.title, *view.names)):
            return True
        case Words(term) | Phrase(term):
            return any(term in text for text in texts)
        case Field("ref", values):
            found = [fold(value) for value in view.references]
            return any(mentions(wanted, value) for wanted in values for value in found)
        case Field(name, values):
            return not set(values).isdisjoint(_values(name, view))
        case Days(name, spans):
            day = view.opened if name == "opened" else view.updated
            return day is not None and any(_within(day, *limits(s, view.today)) for s in spans)
        case Not(part):
            return not _matches(part, view, texts)
        case And(parts):
            return all(_matches(part, view, texts) for part in parts)
        case Or(parts):
            return any(_matches(part, view, texts) for part in parts)


def _within(day: str, low: str | None, high: str | None) -> bool:
    return (low is None or low <= day) and (high is None or day <= high)


def _values(name: str, view: View) -> set[str]:
    if name == "status":
        return {view.status}
    if name == "waiting":
        return {view.waiting_for or ""}
    if name in ("is", "has"):
        return set(view.flags if name == "is" else view.holds)
    names = {
        "engineer": view.engineers,
        "project": (view.project,),
        "tag": view.tags,
        "speaker": view.speakers,
    }[name]
    return {fold(value) for value in names}


def _leaves(tree: Node, pick: Callable[[Node], str | None], negated: bool = False) -> list[str]:
    """Return what ``pick`` takes from the leaves that no minus, or an even number, applies to."""
    match tree:
        case Not(part):
            return _leaves(part, pick, not negated)
        case And(parts) | Or(parts):
            return [found for part in parts for found in _leaves(part, pick, negated)]
        case leaf:
            found = None if negated else pick(leaf)
            return [] if found is None else [found]


def initials(tree: Node) -> tuple[str, ...]:
    """Return the words that a found case may have as initials of its title or of people."""
    return tuple(dict.fromkeys(_leaves(tree, _asked)))


def _asked(leaf: Node) -> str | None:
    return leaf.term if isinstance(leaf, Words) and leaf.initials else None


def _word(leaf: Node) -> str | None:
    return leaf.term if isinstance(leaf, Words | Phrase) else None


def _instead(leaf: Node) -> str | None:
    if not isinstance(leaf, Words):
        return None
    word = leaf.term
    if word == "or" or "|" in word:
        return said(
            "“{word}” is searched as text; OR between alternatives is written in capitals and"
            " with spaces around it.",
            word=word,
        )
    if word in ("and", "&", "&&"):
        return said(
            "“{word}” is searched as text; leave it out: a space says that both must be there.",
            word=word,
        )
    if word == "not":
        return said(
            "“{word}” is searched as text; put a - directly before what to leave out.", word=word
        )
    if "*" in word:
        return said(
            "“{word}” is searched as text; leave out the *: a word is found within longer ones"
            " too.",
            word=word,
        )
    return None


def _is_hidden(leaf: Node) -> bool:
    return isinstance(leaf, Field) and leaf.name == "is" and "hidden" in leaf.values
