"""``status``, ``assign`` and ``tag``: what is set on one case or on many at once."""

from __future__ import annotations

from collections.abc import Sequence

import click

from widgets.plain import visible
from workbench.cases.model import STATUSES, Status
from workbench.cli.arguments import command, offered, split_names, words
from workbench.cli.call import Call
from workbench.cli.written import finish_cases
from workbench.language import listed, t

_TEAM_WORDS: dict[str, Status] = {
    "未设置": "unset",
    "处理中": "in_progress",
    "暂搁置": "on_hold",
    "已解决": "resolved",
}


@command("status")
@click.argument(
    "given",
    nargs=-1,
    required=True,
    type=words,
    metavar="CASE... VALUE",
    shell_complete=offered("status"),
)
@click.option("--until", type=words, metavar="D", help="With on_hold: the day to look again.")
@click.option("--why", type=words, metavar="W", help="With on_hold: the reason.")
def status_command(call: Call, given: Sequence[str], until: str | None, why: str | None) -> int:
    """Set the status of cases: unset, in_progress, on_hold or resolved."""
    *refs, word = given
    value = status_value(word)
    if not refs:
        raise click.UsageError(t("Name at least one case before the status."))
    if value != "on_hold" and (until is not None or why is not None):
        raise click.UsageError(t("--until and --why go with on_hold only."))
    ids = call.desk.resolve_all(refs)
    written = call.desk.status(ids, value, until=until, why=why)
    dated = until is not None and not call.json
    if dated and any(case.awake for case in call.desk.summaries(ids, brief=True)):
        call.out.remark(
            t("The hold is awake at once: {day} is not to come.", day=visible(until or ""))
        )
    return finish_cases(call, ids, written)


def status_value(word: str) -> Status:
    """Return the status that a word names, in the program's words or the team's.

    Raises:
        click.UsageError: no status is called so.
    """
    if word in _TEAM_WORDS:
        return _TEAM_WORDS[word]
    for status in STATUSES:
        if word == status:
            return status
    raise click.UsageError(
        t(
            "“{word}” is no status. The last word is one of {words}.",
            word=word,
            words=listed(STATUSES),
        )
    )


@command("assign", signs="names")
@click.argument(
    "given",
    nargs=-1,
    type=words,
    metavar="CASE... +NAME -NAME",
    shell_complete=offered("engineer"),
)
def assign_command(call: Call, given: Sequence[str]) -> int:
    """Add engineers to cases (+NAME), or take them off (-NAME)."""
    refs, add, remove = split_names(given)
    ids = call.desk.resolve_all(refs)
    return finish_cases(call, ids, call.desk.assign(ids, add, remove))


@command("tag", signs="names")
@click.argument(
    "given",
    nargs=-1,
    type=words,
    metavar="CASE... +TAG -TAG",
    shell_complete=offered("tag"),
)
def tag_command(call: Call, given: Sequence[str]) -> int:
    """Add tags to cases (+TAG), or take them off (-TAG)."""
    refs, add, remove = split_names(given)
    ids = call.desk.resolve_all(refs)
    return finish_cases(call, ids, call.desk.tag(ids, add, remove))
