"""``store``, ``push``, ``pull``, ``sync`` and ``outbox``: what a team shares."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from widgets.plain import visible
from workbench.cases.files import parse_size, show_size
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call
from workbench.cli.progress import ProgressLine, follow_index
from workbench.language import file_words, joined, labelled, t, tn, told

if TYPE_CHECKING:
    from workbench.desk.attaching import Kit
    from workbench.desk.sharing import Exchange
    from workbench.local.numbers import Reserved
    from workbench.local.stores import Store

DECISIONS_WAIT = 4
SET_ASIDE = 6
_FORMS = {
    "add": "add NAME URL",
    "init": "init NAME",
    "list": "list",
    "check": "check NAME",
    "remove": "remove NAME",
    "purge": "purge NAME",
    "set": "set NAME --relay all|own",
}


@command("store")
@click.argument("act", type=click.Choice(list(_FORMS)), metavar="|".join(_FORMS))
@click.argument(
    "name", required=False, type=words, metavar="[NAME]", shell_complete=offered("store")
)
@click.argument("url", required=False, type=words, metavar="[URL]")
@click.option(
    "--relay",
    type=click.Choice(["all", "own"]),
    help="What it gets: all that is here, or only what you wrote and what that builds on.",
)
def store_command(
    call: Call, act: str, name: str | None, url: str | None, relay: str | None
) -> int:
    """Keep the list of shared stores; make one, try one out, or take redacted texts out of it."""
    form = _FORMS[act]
    given = (name is not None, url is not None, relay is not None)
    if given != ("NAME" in form, "URL" in form, act == "set" or (act == "add" and given[2])):
        shown = form.replace("NAME", t("NAME")).replace("URL", t("ADDRESS"))
        raise click.UsageError(t("It is: workbench store {form}", form=shown))
    if act == "list":
        return _list(call)
    assert name is not None
    if act == "check":
        return _check(call, name)
    if act == "purge":
        return _purge(call, name)
    fresh = None
    if act == "add":
        store = call.desk.add_store(name, url or "", own_only=relay == "own")
        _tell_place(call, store)
    elif act == "set":
        store = call.desk.keep_own(name, relay == "own")
    elif act == "init":
        store, fresh = call.desk.init_store(name)
        if fresh and store.store_id is not None:
            call.out.remark(
                t(
                    "{name} was another store before: on each copy that uses it, on this one too,"
                    " say `workbench store remove {name}` and `store add` again, then it goes on;"
                    " what the copies hold is sent to it.",
                    name=store.name,
                )
            )
    else:
        given_up = [number for number in call.desk.reserved() if number.store == name]
        store = call.desk.remove_store(name)
        if not call.json:
            removed = t("It was removed from the list; what it holds was left as it is.")
            call.out.remark(removed)
        if given_up and not call.json:
            kept = _shown(given_up)
            call.out.remark(t("Given up, and gaps from now on: {numbers}", numbers=kept))
    if call.json:
        call.out.json(store_json(store) | ({} if fresh is None else {"created": fresh}))
    else:
        call.out.data(_line(store))
        if fresh is False:
            call.out.remark(t("It is a store already; what it holds was left as it is."))
    return 0


def _tell_place(call: Call, store: Store) -> None:
    """Say of a folder that isn't one, or isn't there; a stick that isn't plugged in is no error."""
    from pathlib import Path

    place = Path(store.url)
    if call.json or store.is_database or place.is_dir():
        return
    more = t("`workbench store check {name}` tells more.", name=store.name)
    if place.exists():
        what = t("{place} is no folder; a store needs one.", place=store.url)
    else:
        what = t("There is nothing at {place} now.", place=store.url)
        new = t("A new one is made by `workbench store init {name}`.", name=store.name)
        more = joined(new, more)
    call.out.remark(visible(joined(what, more)))


def _list(call: Call) -> int:
    reserved = call.desk.reserved()
    for_each = {
        store: [number for number in reserved if number.store == store.name]
        for store in call.desk.stores()
    }
    if call.json:
        call.out.json_rows(
            [
                store_json(store)
                | {"reserved": [{"project": n.project, "number": n.number} for n in numbers]}
                for store, numbers in for_each.items()
            ]
        )
        return 0
    for store, numbers in for_each.items():
        call.out.data(_line(store))
        if numbers:
            line = t("Reserved numbers: {numbers}", numbers=_shown(numbers))
            call.out.data(f"  {line}\n")
    return 0


def _shown(numbers: Sequence[Reserved]) -> str:
    return " ".join(f"{visible(n.project)}#{n.number}" for n in numbers)


def _check(call: Call, name: str) -> int:
    findings = call.desk.check_store(name)
    if call.json:
        call.out.json(
            {
                "store": name,
                "ok": all(finding.ok for finding in findings),
                "findings": [{"ok": finding.ok, "text": finding.text} for finding in findings],
            }
        )
    else:
        for finding in findings:
            call.out.data(f"{'✓' if finding.ok else '✗'} {visible(told(finding.text))}\n")
    return 0 if all(finding.ok for finding in findings) else 1


def _purge(call: Call, name: str) -> int:
    """Take redacted texts out of what others put in, who are gone and can't do it."""
    purged = call.desk.purge_store(name)
    if call.json:
        call.out.json({"store": name, "purged": purged})
    elif purged:
        call.out.data(
            tn(
                "{count} place held a redacted text; it is gone now.",
                "{count} places held a redacted text; it is gone now.",
                purged,
            )
            + "\n"
        )
    else:
        call.out.data(t("No redacted text was left in it.") + "\n")
    return 0


def store_json(store: Store) -> dict[str, Any]:
    """Return a store as scripts read it."""
    from workbench.desk import iso

    return {
        "name": store.name,
        "url": store.url,
        "store_id": store.store_id,
        "synced_at": None if store.synced_at is None else iso(store.synced_at),
        "relay": "own" if store.own_only else "all",
    }


def _line(store: Store) -> str:
    own = t("gets only what you wrote, and what that builds on")
    note = f"  ({own})" if store.own_only else ""
    return f"{visible(store.name)}  {visible(store.url)}{note}\n"


@command("sync")
@click.argument(
    "name", required=False, type=words, metavar="[NAME]", shell_complete=offered("store")
)
@click.option("--dry-run", is_flag=True, help="Only say what would be exchanged.")
@click.option("--repair", is_flag=True, help="Send again at once what is gone from the store.")
def sync_command(call: Call, name: str | None, dry_run: bool, repair: bool) -> int:
    """Receive what others wrote, and send what you wrote."""
    with _progress() as tell:
        done = call.desk.exchange(name, dry_run=dry_run, repair=repair, progress=tell)
    return _finish(call, done)


@command("push")
@click.argument(
    "name", required=False, type=words, metavar="[NAME]", shell_complete=offered("store")
)
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def push_command(call: Call, name: str | None, dry_run: bool) -> int:
    """Send what you wrote."""
    with _progress() as tell:
        done = call.desk.exchange(name, pull=False, dry_run=dry_run, progress=tell)
    return _finish(call, done)


@command("pull")
@click.argument(
    "name", required=False, type=words, metavar="[NAME]", shell_complete=offered("store")
)
@click.option("--dry-run", is_flag=True, help="Only say what would be received.")
@click.option(
    "--files",
    "query",
    type=words,
    metavar="QUERY",
    help="Fetch their files as well.",
    shell_complete=offered("query"),
)
@click.option("--budget", type=words, metavar="SIZE", help="How much of them at most: 200MB.")
def pull_command(
    call: Call, name: str | None, dry_run: bool, query: str | None, budget: str | None
) -> int:
    """Receive what others wrote, and before a trip the files of the cases that a query finds."""
    if query is None and budget is not None:
        raise click.UsageError(t("--budget goes with --files."))
    if query is not None and dry_run:
        raise click.UsageError(t("--dry-run and --files do not go together."))
    size = None if budget is None else parse_size(budget)
    with _progress() as tell:
        done = call.desk.exchange(name, push=False, dry_run=dry_run, progress=tell)
        kit = None if query is None else call.desk.fetch_files(query, size, name, tell)
    return _finish(call, done, kit)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give what says on a terminal how far an exchange has come; Ctrl-C ends it in a sentence."""
    line = ProgressLine(sys.stderr)
    try:
        yield line.tell
    except KeyboardInterrupt:
        from workbench.cases.errors import Stopped

        raise Stopped(
            t("Stopped: what came and what was sent stays, the next sync goes on from there.")
        ) from None
    finally:
        line.clear()


def _finish(call: Call, done: Exchange, kit: Kit | None = None) -> int:
    follow_index(call)
    if call.json:
        call.out.json(done.json() | ({} if kit is None else {"files": kit_json(kit)}))
    else:
        from workbench.desk.pace import summary

        would = t("would be: ") if done.dry_run else ""
        call.out.data(labelled(visible(done.store), would + summary(done)) + "\n")
        if kit is not None:
            _tell_kit(call, kit)
    for note in done.notes:
        call.out.remark(visible(told(note)))
    if done.set_aside:
        call.out.remark(
            t(
                "{count} changes could not be read; they are set aside, kept and passed on.",
                count=done.set_aside,
            )
        )
        return SET_ASIDE
    if done.decisions:
        call.out.remark(t("`workbench decisions` shows what waits for you."))
        return DECISIONS_WAIT
    return 0


def kit_json(kit: Kit) -> dict[str, Any]:
    """Return what was fetched for a trip as scripts read it; ``bytes`` came just now."""
    from workbench.desk import attachment_json

    return {
        "found": kit.files,
        "here": kit.here,
        "fetched": kit.fetched,
        "bytes": kit.size,
        "too_large": [attachment_json(left.case, left.file) for left in kit.too_large],
        "missing": [attachment_json(left.case, left.file) for left in kit.missing],
    }


def _tell_kit(call: Call, kit: Kit) -> None:
    call.out.data(
        t(
            "Files: {found}, here already: {here}, fetched: {fetched} ({size})",
            found=kit.files,
            here=kit.here,
            fetched=kit.fetched,
            size=show_size(kit.size),
        )
        + "\n"
    )
    for left in kit.too_large:
        sentence = t("Does not fit: {file} of {case}.", file=file_words(left.file), case=left.case)
        call.out.remark(visible(sentence))
    for left in kit.missing:
        sentence = t(
            "{file} of {case} is not in the store: {author} has not sent it yet.",
            file=left.file.file,
            case=left.case,
            author=left.file.author or "?",
        )
        call.out.remark(visible(sentence))


@command("outbox")
def outbox_command(call: Call) -> None:
    """Show what has not been sent yet."""
    from workbench.cli.report import history_line
    from workbench.desk import history_json

    items = call.desk.outbox()
    if call.json:
        call.out.json_rows([history_json(item) for item in items])
        return
    files, pages = call.desk.unsent_files(), call.desk.unsent_pages()
    if not items and not files and not pages:
        sent = t("Everything has been sent.")
        call.out.remark(sent if call.desk.stores() else t("There is no shared store to send to."))
    if files:
        call.out.remark(
            tn(
                "{count} file has not been sent yet.",
                "{count} files have not been sent yet.",
                files,
            )
        )
    if pages:
        call.out.remark(
            tn(
                "{count} page has not been sent yet.",
                "{count} pages have not been sent yet.",
                pages,
            )
        )
    stores = call.desk.stores()
    for store in stores:
        unsent = items if len(stores) == 1 else call.desk.outbox(store.name)
        if len(stores) > 1 and unsent:
            call.out.data(f"{visible(store.name)}:\n")
        for item in unsent:
            call.out.data(f"{visible(item.case or t('people'))}  {history_line(item)}")
