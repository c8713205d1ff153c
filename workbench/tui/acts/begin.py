"""Beginning: reading a page, opening the store of a team, settings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cases.errors import WorkbenchError
from workbench.language import explained, t, trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.desk import ImportReport
    from workbench.tui.application import Severity
    from workbench.tui.screens.main import MainScreen

STORE = "team"
"""What a store is called that is opened from the screen, unless one is called so."""


def first_steps(main: MainScreen) -> None:
    """Offer what a person may begin with, to be chosen by arrows and Enter."""
    from workbench.tui.screens.pick import ChooseScreen

    acts = ("import_page", "new_case", "open_store", "settings")
    words = (t("Import a page…"), t("New case"), t("Open a store…"), t("Settings"))
    choices = list(zip(acts, words, strict=True))
    main.bench.open(
        ChooseScreen(choices, title=t("What to begin with?")),
        lambda name: main.bench.run_command(name) if name else None,
    )


def import_page(main: MainScreen) -> None:
    """Ask for the file of a page, and read it in the background."""
    from workbench.tui.screens.ask import AskScreen

    def answer(written: str) -> str | None:
        path = _path(written)
        try:
            data = path.read_bytes()
        except OSError as error:
            return t(
                "{file} can't be read: {reason}. Nothing was imported.",
                file=path,
                reason=trouble(error),
            )
        main.bench.say_until_done(t("reading {file}…", file=path.name))
        main.run_worker(
            partial(_read, main, path.name, data), thread=True, group="import", exit_on_error=False
        )
        return None

    main.bench.open(
        AskScreen(t("File of the page"), answer, placeholder=t("path; it may be dragged in here"))
    )


def _path(written: str) -> Path:
    """Return the path that was typed, pasted or dragged in: with quotes, ~ or file:// too."""
    from urllib.parse import unquote, urlsplit

    path = written.strip().strip("'\"")
    if path.startswith("file://"):
        path = unquote(urlsplit(path).path)
    return Path(path).expanduser()


def _read(main: MainScreen, name: str, data: bytes) -> None:
    """Read a page with a desk of its own; in a thread."""
    over: Callable[[], object] = main.bench.hush
    try:
        with main.desk.beside() as desk:
            report = desk.import_page(data, file_name=name)
    except WorkbenchError as error:
        over = partial(main.bench.say_error, error)
    except OSError as error:
        over = partial(main.bench.say, trouble(error), "error")
    else:
        over = partial(_tell, main, report)
    finally:
        main.bench.from_thread(over)


def _tell(main: MainScreen, report: ImportReport) -> None:
    main.reread()
    main.browser.sort_anew()
    said = t(
        "{page}: {added} new, {changed} changed, {unchanged} as before",
        page=report.page or "–",
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
    )
    if report.questions:
        said += t(" · {n} questions: is:question finds them", n=len(report.questions))
    main.bench.say(said)


def open_store(main: MainScreen) -> None:
    """Ask where the team's store is, add it, and exchange with it."""
    from workbench.tui.screens.ask import AskScreen

    main.bench.open(
        AskScreen(
            t("Folder of the store, or postgresql://…"),
            partial(_add, main),
            placeholder=t("a folder that all can write to"),
        )
    )


def _add(main: MainScreen, address: str) -> str | None:
    known = {store.name for store in main.desk.stores()}
    name = next(n for n in (STORE, *(f"{STORE}{k}" for k in range(2, 99))) if n not in known)
    place = address if "://" in address else str(_path(address).absolute())
    try:
        main.desk.add_store(name, place)
    except WorkbenchError as error:
        return explained(error)
    main.bench.say_until_done(t("looking at the store…"))
    main.run_worker(
        partial(_look, main, name, place), thread=True, group="store", exit_on_error=False
    )
    return None


def _look(main: MainScreen, name: str, place: str) -> None:
    """See whether there is a store, by a desk of its own; in a thread: servers may be slow."""
    from workbench.sync.remote import NoStore

    over: Callable[[], object] = main.bench.hush
    try:
        with main.desk.beside() as desk:
            findings = desk.check_store(name)
    except NoStore:
        over = partial(_offer_to_make, main, name, place)
    except WorkbenchError as error:
        over = partial(_give_up, main, name, explained(error))
    else:
        wrong = " ".join(finding.text for finding in findings if not finding.ok)
        over = partial(_give_up, main, name, wrong) if wrong else partial(_exchange, main)
    finally:
        main.bench.from_thread(over)


def _give_up(main: MainScreen, name: str, why: str, severity: Severity = "error") -> None:
    """Forget a store that can't be used."""
    main.desk.remove_store(name)
    main.refresh_standing()
    main.bench.say(why, severity)


def _exchange(main: MainScreen) -> None:
    main.bench.hush()
    main.refresh_standing()
    main.bench.run_command("sync")


def _offer_to_make(main: MainScreen, name: str, place: str) -> None:
    """Ask whether to make a store of a place that is none yet; without that it is forgotten."""
    from workbench.tui.screens.ask import ConfirmScreen

    def done(yes: bool | None) -> None:
        if not yes:
            _give_up(main, name, t("No store was added."), "information")
            return
        try:
            main.desk.init_store(name)
        except WorkbenchError as error:
            _give_up(main, name, explained(error))
        else:
            _exchange(main)

    main.bench.hush()
    question = t("There is no store in {place} yet. Make one there?", place=place)
    main.bench.open(ConfirmScreen(question), done)


def settings(main: MainScreen) -> None:
    """Show what can be set."""
    from workbench.tui.screens.settings import SettingsScreen

    main.bench.open(
        SettingsScreen(main.bench), lambda _: main.bench.leave() if main.bench.is_only else None
    )
