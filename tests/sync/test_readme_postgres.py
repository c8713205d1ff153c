"""The README's way to a team on PostgreSQL, command by command, against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import README, fences
from tests.sync.places import Server

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")


def section() -> str:
    """Return the README's section about PostgreSQL."""
    return TEXT.partition("### A team on PostgreSQL")[2].partition("\n## ")[0]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> dict[str, str]:
    """Return the surroundings of the server's owner, without anything of the user's."""
    service, password = fences("ini", section()), fences("text", section())
    services = tmp_path / "services"
    services.write_text(
        "\n".join(service)
        .replace("host=db.example.com", f"host={server.socket}")
        .replace("sslrootcert=/etc/ssl/our-ca.pem", ""),
        encoding="utf-8",
    )
    passwords = tmp_path / "pgpass"
    passwords.write_text("\n".join(password), encoding="utf-8")
    passwords.chmod(0o600)
    own = {k: v for k, v in os.environ.items() if not k.startswith(("WORKBENCH_", "PG"))}
    path = [str(Path(sys.executable).parent), str(server.programs), own["PATH"]]
    return {
        **own,
        "PATH": os.pathsep.join(path),
        "WORKBENCH_CONFIG": str(tmp_path / "config.toml"),
        "WORKBENCH_LANG": "en",
        "PGPASSFILE": str(passwords),
        "PGSERVICEFILE": str(services),
    }


def test_a_team_is_set_up_as_the_readme_says(
    server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    owner, engineer = fences("bash", section())
    (tmp_path / "workbench" / "sync").mkdir(parents=True)
    shutil.copy(ROOT / "workbench" / "sync" / "rights.sql", tmp_path / "workbench" / "sync")
    try:
        as_owner = {"PGHOST": server.socket, "PGUSER": "postgres", "WORKBENCH_AUTHOR": "anna"}
        run(owner, tmp_path, env | as_owner | {"WORKBENCH_DB": str(tmp_path / "owner.db")})
        run(
            "workbench new nova 两台桩离线\n" + engineer,
            tmp_path,
            env | {"WORKBENCH_AUTHOR": "zhaoqi", "WORKBENCH_DB": str(tmp_path / "zhaoqi.db")},
        )
        with server.connect("cases") as connection:
            (owners,) = connection.execute("select distinct owner from casestore.op").fetchall()
        assert owners == ("zhaoqi",)
        assert b"change me" not in (tmp_path / "zhaoqi.db").read_bytes()
    finally:
        with server.connect() as connection:
            connection.execute("drop database if exists cases with (force)")
            connection.execute("drop role if exists zhaoqi")


def run(commands: str, folder: Path, env: dict[str, str]) -> None:
    """Run the lines of a fence, each of which must succeed."""
    for command in commands.strip().splitlines():
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=env, capture_output=True, check=False
        )
        assert done.returncode == 0, (command, done.stdout.decode(), done.stderr.decode())
