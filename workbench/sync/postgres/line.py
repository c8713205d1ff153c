"""The line to the server: how it is opened safely, and what its errors mean.

Connections: ``sslmode=verify-full`` unless the address, a service file or PGSSLMODE says another
mode, or the server is this machine. Passwords come from ``.pgpass`` or a service file by libpq's
own means; no error text holds them. channel_binding stays at libpq's "prefer": verify-full proves
the server already, and "require" would shut out pgbouncer and log-in by certificate. Nothing is
prepared and no session setting is used, so pgbouncer may stand between us in transaction mode.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from workbench.cases.errors import WorkbenchError
from workbench.cases.said import said
from workbench.sync.remote import NoStore, Unreachable

if TYPE_CHECKING:
    from psycopg import Connection

DEFAULTS: dict[str, str] = {
    "connect_timeout": "10",
    "tcp_user_timeout": "30000",
    "client_encoding": "utf8",
    "fallback_application_name": "workbench",
}
LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "::1"})
_NOBODY = (
    "No such file or directory|Connection refused|could not translate host name|timeout expired"
    "|No route to host|Network is unreachable"
)
"""What libpq says where it found no server."""
_PLACE = 'connection to server (?:on socket|at) "([^"]+)"'
AGAIN = said("Sync again when it can be used.")


def connect(url: str) -> Connection[tuple[Any, ...]]:
    """Open a connection; each statement is a transaction of its own unless one is begun.

    Raises:
        psycopg.Error: it can't be opened.
        Unreachable: the address can't be read.
    """
    import logging

    import psycopg

    # It would print to the terminal what its exceptions tell us anyway.
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    values = parameters(url)
    with _mode_for_services(values):
        return psycopg.connect(**values, autocommit=True, prepare_threshold=None)


def cut(connection: Connection[Any] | None) -> None:
    """End at once what another thread waits for on a connection, which is of no use any more.

    Closing it is for that thread; and to ask the server to stop would take a second connection,
    and patience where the network is gone.
    """
    import socket

    import psycopg

    if connection is None:
        return
    with suppress(OSError, psycopg.Error):  # it is lost already
        end = socket.socket(fileno=connection.fileno())
        try:
            end.shutdown(socket.SHUT_RDWR)
        finally:
            end.detach()


def parameters(url: str) -> dict[str, Any]:
    """Return how to connect: what the address says, and safe values for what nothing says.

    Raises:
        Unreachable: the address can't be read.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:
        # libpq's own words would repeat parts of the address.
        raise Unreachable(
            said("{server} is no address that libpq understands", server=address(url)), AGAIN
        ) from None
    found: dict[str, Any] = {**DEFAULTS, **given}
    if not _mode_is_said(given) and not _by_service(given) and not _is_local(given):
        found["sslmode"] = "verify-full"
    return found


def _mode_is_said(given: dict[str, Any]) -> bool:
    return "sslmode" in given or "PGSSLMODE" in os.environ


def _by_service(given: dict[str, Any]) -> bool:
    return "service" in given or "PGSERVICE" in os.environ


def _is_local(given: dict[str, Any]) -> bool:
    host = given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST")
    host = host or os.environ.get("PGHOSTADDR") or ""
    return all(name in LOCAL_HOSTS or name[0] in "/@" for name in str(host).split(","))


@contextmanager
def _mode_for_services(values: dict[str, Any]) -> Iterator[None]:
    """See to it that a service which says no sslmode gets the safe one.

    A service's own word wins over the environment, and the environment over libpq's "prefer".
    """
    if _mode_is_said(values) or not _by_service(values):
        yield
        return
    os.environ["PGSSLMODE"] = "verify-full"
    try:
        yield
    finally:
        del os.environ["PGSSLMODE"]


def is_local(connection: Connection[Any]) -> bool:
    """True for a server on this machine."""
    host = connection.info.host
    return host in LOCAL_HOSTS or host[0] in "/@"


def address(url: str) -> str:
    """Return the server and the database of an address, and nothing secret."""
    place, _, options = url.partition("://")[2].partition("?")
    service = f"&{options}".partition("&service=")[2].partition("&")[0]
    place = place.rpartition("@")[2].strip("/")
    return place or (f"service {service}" if service else "the local server")


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what the server or the line says into a sentence without a secret.

    Raises:
        Unreachable, NoStore: in place of psycopg's errors.
        WorkbenchError: psycopg is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise WorkbenchError(
            said("a store in PostgreSQL needs psycopg, which is not installed"),
            said("Install it: pip install 'workbench[postgres]'."),
        ) from error
    try:
        yield
    except psycopg.Error as error:
        raise _explain(error, url) from None


def _explain(error: Exception, url: str) -> WorkbenchError:
    from psycopg import errors

    where = address(url)
    if isinstance(error, (errors.UndefinedTable, errors.InvalidSchemaName)):
        return no_store(url)
    if isinstance(error, errors.InsufficientPrivilege):
        return Unreachable(
            said("{server}: this role may not do that ({why})", server=where, why=reason(error)),
            said(
                "Have the owner grant it case_writer (workbench store check tells more). {again}",
                again=AGAIN,
            ),
        )
    if isinstance(error, errors.LockNotAvailable):
        return Unreachable(
            said("{server}: an earlier connection of this copy still holds our feed", server=where),
            said("Wait a minute, then sync again. {again}", again=AGAIN),
        )
    why = reason(error)
    if re.search(_NOBODY, str(error)):
        place = re.search(_PLACE, str(error))
        return Unreachable(
            said(
                "no server answers at {place} (“{why}”)",
                place=place[1] if place else where,
                why=why,
            ),
            AGAIN,
        )
    hint = AGAIN
    if "certificate" in why or "SSL" in why:
        hint = said(
            "The server must prove who it is: put its CA into ~/.postgresql/root.crt, or name it"
            " by ?sslrootcert=FILE. In a network that you trust: ?sslmode=require. {again}",
            again=AGAIN,
        )
    return Unreachable(
        said("the store at {server} can't be used: {why}", server=where, why=why), hint
    )


def reason(error: Exception) -> str:
    """Return the first sentence of an error, without the lines behind it."""
    diagnosis = getattr(error, "diag", None)
    text = (diagnosis.message_primary if diagnosis is not None else None) or str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return first.rpartition(" failed: ")[2].replace("FATAL:  ", "").removesuffix(".")


def no_store(url: str) -> NoStore:
    """Return the error for a database without a store."""
    return NoStore(
        said("there is no store in the database {server}", server=address(url)),
        said("Have its owner make one: workbench store init NAME."),
    )
