"""What a shell offers for the word under its cursor; click asks for it by ``_WORKBENCH_COMPLETE``.

A shell waits for this at each Tab, so no screen is loaded, nothing is written, and where the
database can't be read nothing is offered: a complaint would land in the line being typed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    add_completion_class,
    split_arg_string,
)

from widgets.plain import visible
from workbench.cases.errors import WorkbenchError
from workbench.cases.model import STATUSES
from workbench.cli.call import Call
from workbench.cli.output import silence
from workbench.language import status_word

if TYPE_CHECKING:
    from workbench.desk import Desk

MOST = 50
"""So many cases are offered at most: more can't be looked through in a shell."""

_OPEN_QUOTE = re.compile(r"""(?:\\.|'[^']*'|"(?:\\.|[^\\"])*"|[^\\'"])*+(['"].*)""", re.DOTALL)
"""A word in which a quote is open, and from there on what bash replaces."""
_ESCAPED: Mapping[str, tuple[str, str]] = {
    "": (r"""([\s"'\\$`&|;<>()*?!])""", r"\\\1"),
    "'": (r"(')", r"\1\\\1\1"),
    '"': (r"""(["\\$`])""", r"\\\1"),
}
"""By the quote that is open: what bash would not take for text there, and how it does."""

Offer = tuple[str, str | None]
"""A word, and what a shell that shows such things says beside it."""


class Bash(BashComplete):
    """Bash cuts words at colons, and ``status:un`` would be three: here they are one again."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one under the cursor, and that one, as they were typed."""
        args, incomplete = super().get_completion_args()
        whole: list[str] = []
        for word in (*args, incomplete):
            joined = bool(whole) and (word.startswith(":") or whole[-1].endswith(":"))
            if joined:
                whole[-1] += word
            else:
                whole.append(word)
        cut = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"])]
        opened = _OPEN_QUOTE.fullmatch(cut)
        replaced = opened[1] if opened else cut.lstrip(":")
        self._quote = replaced[0] if opened else ""
        self._kept = len(whole[-1]) - len("".join(split_arg_string(replaced)))
        return whole[:-1], whole[-1]

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Return what bash puts behind what it keeps of the word, as it would be typed.

        It keeps what stands before an open quote, and else up to the last colon in none.
        """
        typed = re.sub(*_ESCAPED[self._quote], item.value[self._kept :])
        # Click's script takes one backslash off.
        return f"{item.type},{typed}".replace("\\", r"\\")


class Fish(FishComplete):
    """Click's script takes what it is told apart at each comma: of ``status:unset,in_progress``
    and of a title only the beginning would be left."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


def prepare(asked: str) -> None:
    """Let click use what is said here; only a call that completes loads this module.

    Args:
        asked: what the shell asks for: ``bash_source``, ``zsh_complete`` and their like.
    """
    add_completion_class(Bash)
    add_completion_class(Fish)
    if asked.endswith("_complete"):
        silence(sys.stderr)


def offers(kind: str, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """Return what may stand for a parameter.

    Args:
        kind: what the parameter is, as :func:`workbench.cli.arguments.offered` names it.
        ctx: the command line so far.
        incomplete: the beginning of the word.
    """
    if kind in ("file", "dir"):
        return [CompletionItem(incomplete, type=kind)]
    if kind in _FIXED:
        found: Iterable[Offer] = _FIXED[kind]()
        return [_item(offer) for offer in found if offer[0].startswith(incomplete)]
    try:
        with _desk(ctx) as desk:
            return [_item(offer) for offer in _FROM_DESK[kind](desk, incomplete)]
    except (WorkbenchError, OSError):
        return []


def _item(offer: Offer) -> CompletionItem[str]:
    word, says = offer
    return CompletionItem(visible(word), help=visible(says) if says else None)


def _desk(ctx: click.Context) -> Desk:
    """Open the file that the command would use, if it is there.

    Raises:
        WorkbenchError, OSError: it isn't, or can't be read.
    """
    call = ctx.ensure_object(Call)
    call.speak()
    os.stat(call.config.db_file)
    return call.open_desk()


# -- fixed words -----------------------------------------------------------------------------------


def _statuses() -> Iterator[Offer]:
    return ((status, status_word(status)) for status in STATUSES)


def _settings() -> Iterator[Offer]:
    from workbench.commands import COMMANDS
    from workbench.language import t
    from workbench.settings import KEYS_PREFIX, SETTINGS, TABLES

    for setting in SETTINGS:
        if setting.kind not in TABLES:
            yield setting.name, t(setting.doc)
    for command in COMMANDS:
        yield KEYS_PREFIX + command.id, t(command.title)


def _fields() -> Iterator[Offer]:
    return ((field, None) for field in ("problem", "title", "date"))


_FIXED: Mapping[str, Callable[[], Iterator[Offer]]] = {
    "setting": _settings,
    "field": _fields,
}


# -- words of the file -----------------------------------------------------------------------------


def _cases(desk: Desk, incomplete: str) -> Iterator[Offer]:
    """Offer keys; where a number was begun, the number alone if it says enough."""
    return ((name, title) for name, title in desk.named(incomplete, MOST))


def _cases_or_status(desk: Desk, incomplete: str) -> Iterator[Offer]:
    yield from (offer for offer in _statuses() if offer[0].startswith(incomplete))
    yield from _cases(desk, incomplete)


def _signed(names: Callable[[Desk], Iterable[str]]) -> Callable[[Desk, str], Iterator[Offer]]:
    """Offer cases, and behind a sign names."""

    def offer(desk: Desk, incomplete: str) -> Iterator[Offer]:
        if incomplete[:1] not in ("+", "-", "＋", "－"):
            return _cases(desk, incomplete)
        sign = incomplete[:1]
        return ((sign + n, None) for n in names(desk) if n.startswith(incomplete[1:]))

    return offer


def _query(desk: Desk, incomplete: str) -> Iterator[Offer]:
    """Offer what a word of a query may become, as the filter line does."""
    from workbench.cases.query.completing import NAMED, begun, candidates, completed, replaced
    from workbench.cases.text import fold

    found = begun(incomplete)
    names = {
        "engineer": desk.engineers,
        "project": desk.projects,
        "tag": desk.tags,
        "speaker": desk.speakers,
    }
    known = names[found.field]() if found is not None and found.field in NAMED else ()
    for word in candidates(incomplete, known):
        whole = completed(incomplete, word)
        if whole is not None or not fold(word).startswith(fold(found.typed if found else "")):
            yield whole or replaced(incomplete, word), None


def _named(names: Callable[[Desk], Iterable[Offer]]) -> Callable[[Desk, str], Iterator[Offer]]:
    return lambda desk, incomplete: (o for o in names(desk) if o[0].startswith(incomplete))


_FROM_DESK: Mapping[str, Callable[[Desk, str], Iterable[Offer]]] = {
    "case": _cases,
    "status": _cases_or_status,
    "engineer": _signed(lambda desk: desk.engineers()),
    "tag": _signed(lambda desk: desk.tags()),
    "query": _query,
    "project": _named(lambda desk: ((name, None) for name in desk.projects())),
    "view": _named(lambda desk: ((view.name, view.query) for view in desk.views())),
    "store": _named(lambda desk: ((store.name, store.url) for store in desk.stores())),
}
