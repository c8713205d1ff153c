"""Case numbers in a world: people change them and take some along; every name must lead home."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.sync.simulation.world import Broken, Copy, World
from workbench.cases.errors import Ambiguous
from workbench.cases.text import key_fold

if TYPE_CHECKING:
    from workbench.cases.model import Summary


def renumber(world: World, copy: Copy) -> None:
    """Give a case another number."""
    case = world.chance.choice(copy.cases())
    with world.acting(copy):
        copy.desk.renumber(case)


def reserve(world: World, copy: Copy) -> None:
    """Take numbers along; over a folder that is refused."""
    if copy.stores:
        with world.acting(copy):
            copy.desk.reserve(world.chance.choice(("nova", "terra")), world.chance.randint(1, 3))


def named(world: World) -> None:
    """Hold every copy to this: a case's key means it, and each name it ever bore leads to it."""
    for copy in world.copies:
        cases = [copy.desk.case(case).summary for case in copy.cases()]
        keys = {key_fold(case.key): case.id for case in cases}
        if len(keys) != len(cases):
            raise Broken(f"(h) {copy.name}: two cases show one key")
        for case in cases:
            for name in (case.key, *case.aliases, case.id[:12], *_short(case)):
                if key_fold(name) not in keys or name == case.key:
                    _leads_to(copy, name, case)


def _short(case: Summary) -> tuple[str, ...]:
    if case.number is None:
        return (f"new-{case.id[:12]}", case.short_key)
    return (str(case.number), f"{case.number}-{case.id[:12]}", case.short_key)


def _leads_to(copy: Copy, name: str, case: Summary) -> None:
    try:
        found = [copy.desk.key(copy.desk.resolve(name))]
    except Ambiguous as error:
        found = list(error.candidates)
    if case.key not in found:
        raise Broken(f"(h) {copy.name}: {name} means {found}, and not {case.key}")


def given_once(world: World) -> None:
    """Hold the stores to this: no number is given twice, as long as no store lost what it knew."""
    if any(store.lossy for store in world.shop.stores.values()):
        return
    given: dict[tuple[str, int], str] = {}
    for (data,) in world.copies[0].tools.db.rows("SELECT bytes FROM op WHERE state = 'ok'"):
        body = json.loads(data) if data else {}
        if body.get("k") == "num" and body["src"] == "store":
            case = given.setdefault((body["fam"], body["x"]), body["c"])
            if case != body["c"]:
                raise Broken(f"(h) number {body['x']} was given to {case} and to {body['c']}")
