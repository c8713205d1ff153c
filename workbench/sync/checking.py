"""``store check``: everything that sync needs, tried against the real target."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cases import names
from workbench.cases.errors import WorkbenchError
from workbench.cases.refusals import reason
from workbench.cases.said import counted, said
from workbench.sync.clocks import WARN, apart
from workbench.sync.remote import Finding, Known, Remote

if TYPE_CHECKING:
    from workbench.sync.folder import Folder
    from workbench.sync.postgres import Postgres

__all__ = ["Finding", "check"]

LONGEST_NAME = 87
"""How many characters the path of a segment has below the store's folder."""


def check(
    url: str,
    clock: Callable[[], int],
    entropy: Callable[[int], bytes],
    store_id: str | None,
    known: Known,
) -> list[Finding]:
    """Try out the store at an address; what is written for that is removed again.

    Args:
        store_id: of the store that this copy has exchanged with there, if it has.
        known: what this copy knows of that store.

    Raises:
        Unreachable, NoStore: there is nothing to try.
    """
    from workbench.sync.folder import Folder

    remote: Remote
    if url.startswith(("postgresql://", "postgres://")):
        from workbench.sync.postgres import Postgres

        remote = Postgres(url, clock)
    else:
        remote = Folder(Path(url), clock)
    try:
        identity = remote.identify()
        found = [Finding(True, said("it is a store (format {form})", form=identity.format))]
        if store_id not in (None, identity.store_id):
            another = said(
                "it is another store than the one that was here; if that is meant: workbench store"
                " remove, then store add"
            )
            found.append(Finding(False, another))
        elif isinstance(remote, Folder) and known.acked:
            found.append(_own_files(remote.own_damage(known)))
        return found + remote.check(entropy(16))
    finally:
        remote.close()


def _own_files(damaged: Sequence[str]) -> Finding:
    if not damaged:
        return Finding(True, said("what this copy wrote to it is there, and whole"))
    text = counted(
        "{count} file that this copy wrote to it is damaged or gone: {first}; workbench sync"
        " --repair writes it again",
        "{count} files that this copy wrote to it are damaged or gone: {first}, …; workbench sync"
        " --repair writes them again",
        len(damaged),
        first=damaged[0],
    )
    return Finding(False, text)


def check_folder(folder: Folder, root: Path, entropy: bytes) -> list[Finding]:
    """Try what sync needs of a folder: write, force to disk, rename, read, list, remove."""
    from workbench.sync.files import read_regular, write_new
    from workbench.sync.folder import FEEDS, MAX_FILE

    place = root / FEEDS / f".tmp-check-{names.from_bytes(entropy)}"
    target = place / "x.seg"
    found: list[Finding] = []
    data = entropy * 4096

    def read() -> None:
        _same(read_regular(target, MAX_FILE), data)

    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        (said("a folder can be made in it"), place.mkdir),
        (
            said("a file can be written, forced to disk and renamed"),
            lambda: write_new(target, [data], ""),
        ),
        (
            said("what was written is read back as it was"),
            lambda: _same(read_regular(target, MAX_FILE), data),
        ),
        (said("the file is listed"), lambda: _same(os.listdir(place), ["x.seg"])),
        (said("the file can be removed"), target.unlink),
        (said("the folder can be removed"), place.rmdir),
    )
    try:
        for text, step in steps:
            try:
                step()
            except OSError as error:
                found.append(
                    Finding(
                        False,
                        said("{what}: no, {why}", what=text, why=reason(error)),
                    )
                )
                break
            found.append(Finding(True, text))
    finally:
        _remove(place)
    try:
        found.append(_clocks(folder.skew()))
    except WorkbenchError as error:
        found.append(_failed(error))
    length = len(str(root.absolute())) + LONGEST_NAME
    found.append(
        Finding(
            length <= 259,
            said("the longest path has {length} characters; Windows takes 259", length=length),
        )
    )
    return found


def _same(found: object, wanted: object) -> None:
    if found != wanted:
        raise OSError(said("something else came back"))


def _remove(place: Path) -> None:
    """Take away what a try that failed left."""
    try:
        for name in os.listdir(place):
            (place / name).unlink()
        place.rmdir()
    except OSError:
        return


def check_database(store: Postgres, entropy: bytes) -> list[Finding]:
    """Try what sync needs of a database: version, line, rights, clock."""
    from workbench.sync.postgres import OLDEST

    told = store.describe()
    version = told["version"]
    found = [
        Finding(
            version >= OLDEST,
            said(
                "the server's version is {version} (13 or newer is needed)",
                version=_dotted(version),
            ),
        )
    ]
    if told["local"]:
        found.append(Finding(True, said("the server is this machine")))
    else:
        secret, open_ = said("the line is encrypted"), said("the line is NOT encrypted")
        text = secret if told["encrypted"] else open_
        found.append(Finding(told["encrypted"], text))
    if told["read_only"]:
        found.append(
            Finding(False, said("the server only answers (a standby): nothing can be sent"))
        )
    elif told["may_write"]:
        try:
            store.try_rights(names.from_bytes(entropy))
            found.append(Finding(True, said("a change can be written and read back")))
            store.numbers.try_out()
            found.append(Finding(True, said("case numbers can be taken from it")))
            found.append(_try_files(store, entropy))
        except WorkbenchError as error:
            found.append(_failed(error))
    else:
        found += _reading(store)
    if (strange := _strange(store)) is not None:
        found.append(strange)
    found.append(_clocks(store.skew()))
    redactor = (
        said("this role can take redacted texts out of the store")
        if told["erases"]
        else said("redacted texts leave the store when somebody with the role case_redactor syncs")
    )
    found.append(Finding(True, redactor))
    return found


def _reading(store: Postgres) -> list[Finding]:
    """Try what a role needs that may write nothing: that is how it was set up, and no fault."""
    try:
        store.try_reading()
    except WorkbenchError as error:
        return [_failed(error)]
    return [
        Finding(True, said("changes and files can be read")),
        Finding(True, said("this role reads only: pulls work, pushes don't")),
    ]


def _try_files(store: Postgres, entropy: bytes) -> Finding:
    if store.contents is None:
        return Finding(
            False,
            said(
                "it was made before it could keep files: have its owner run workbench store init"
                " NAME once more, and rights.sql where roles were set up by it"
            ),
        )
    store.contents.try_out(entropy + entropy)
    return Finding(True, said("a file can be written and read back"))


def _strange(store: Postgres) -> Finding | None:
    count, roles = store.strange()
    if not count:
        return None
    text = counted(
        "{count} row lies beside a feed of somebody else, written by {roles}: nobody reads it; the"
        " owner of the database may remove it",
        "{count} rows lie beside feeds of others, written by {roles}: nobody reads them; the owner"
        " of the database may remove them",
        count,
        roles=", ".join(roles),
    )
    return Finding(False, text)


def _clocks(skew: int | None) -> Finding:
    if skew is None:
        return Finding(True, said("the store has no clock to compare with"))
    return Finding(abs(skew) <= WARN, said("the clocks are {apart} apart", apart=apart(skew)))


def _dotted(version: int) -> str:
    return f"{version // 10_000}.{version % 10_000}"


def _failed(error: WorkbenchError) -> Finding:
    if error.hint is None:
        return Finding(False, str(error.args[0]))
    return Finding(False, said("{what} {hint}", what=error.args[0], hint=error.hint))
