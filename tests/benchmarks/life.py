"""What a team wrote in years, as changes: made as fast as they can be, without a copy of a file."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.benchmarks import data
from workbench.cases import names
from workbench.cases.change import encode

BEGIN = 1_600_000_000_000
"""When it began (ms since 1970)."""
NOTES = 7
"""So many notes each case has; every third is another copy's than the one that the case is on."""
OWN = 6
"""Changes of a case that are no notes."""


def feeds(count: int, each: int, seed: int = data.SEED) -> Iterator[list[bytes]]:
    """Yield the changes of each of some copies, about ``each`` of them, in the order of writing."""
    random = Random(seed)
    cases = each // (OWN + NOTES)
    left: list[bytes] = []
    for nth in range(count):
        own, others = left, []
        for number in range(nth * cases + 1, (nth + 1) * cases + 1):
            mine, theirs = _case(random, number, f"copy {nth}", f"copy {nth + 1}")
            own += mine
            others += theirs
        yield own
        left = others


def _case(random: Random, number: int, copy: str, other: str) -> tuple[list[bytes], list[bytes]]:
    """Return the changes of a case: those of the copy that it was made on, and of another."""
    case = names.from_bytes(random.randbytes(16))
    engineer, *_ = people = random.sample(data.ENGINEERS, 2)
    at = BEGIN + number * 600_000
    batch = random.randbytes(8).hex()

    def made(kind: str, on: str, author: str, **body: Any) -> bytes:
        nonlocal at
        at += random.randrange(1, 90_000)
        return encode(
            kind,
            case,
            h=at << 16,
            author=author,
            copy=names.derive(on),
            nonce=random.randbytes(16),
            **body,
        )

    mine = [
        made("case", copy, engineer, project=data.PROJECT, date_raw="20200913", batch=batch),
        made("num", copy, engineer, fam=data.PROJECT, x=number, src="store", batch=batch),
        made("set", copy, engineer, f="problem", x=data.problem(random), batch=batch),
        made("set", copy, engineer, f="date", x={"on": "2020-09-13"}, batch=batch),
        made("add", copy, engineer, f="engineers", e=engineer),
    ]
    theirs = []
    for nth in range(NOTES):
        is_theirs = nth % 3 == 2
        note = made(
            "note",
            other if is_theirs else copy,
            people[is_theirs],
            i=names.from_bytes(random.randbytes(16)),
            x=data.sentence(random),
        )
        (theirs if is_theirs else mine).append(note)
    mine.append(made("set", copy, engineer, f="status", x={"s": "resolved"}))
    return mine, theirs
