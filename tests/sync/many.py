"""Sixteen processes against one PostgreSQL for a minute: ``uv run python -m tests.sync.many``."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from tests.sync.places import DatabasePlace, Server
from tests.sync.writers import race


def main() -> int:
    """Run the race and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.sync.many", description=__doc__)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    base.chmod(0o755)
    server = Server(base)
    try:
        place = DatabasePlace(server)
        place.create()
        done = race(place.url, place.url, given.writers, given.seconds)
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
    print(
        f"{given.writers} processes pushed {done.pushed} changes in {given.seconds:.0f} s; the"
        f" readers missed {done.missed} and took {done.doubled} twice; a reader with id > last"
        f" lost {done.naive_lost} ({done.naive_lost / done.pushed:.0%})"
    )
    return 1 if done.missed or done.doubled else 0


if __name__ == "__main__":
    raise SystemExit(main())
