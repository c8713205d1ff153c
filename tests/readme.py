"""Makes the README's table of keys from the registry: ``uv run python -m tests.readme``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.translations import read_po
from workbench.commands import COMMANDS, GROUPS, label
from workbench.keys import character_of, twins

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- keys: made by `uv run python -m tests.readme` -->"
END = "<!-- /keys -->"
TAKEN_BY_TERMINALS = {"f1", "f10", "f11"}


def passes_an_input_method(key: str) -> bool:
    """Return whether a key reaches the program while an input method waits for letters.

    Digits do when nothing is half typed; a sign arrives as its full-width twin. Some terminals keep
    F1, F10 and F11 to themselves.
    """
    if key in TAKEN_BY_TERMINALS:
        return False
    character = character_of(key)
    return character is None or character.isdigit() or character == " " or bool(twins(key))


def table() -> str:
    """Return the table of every act that has keys, with their titles in both languages."""
    chinese = read_po()
    lines = [
        "| act | 操作 | keys | of these, with an input method on |",
        "| --- | --- | --- | --- |",
    ]
    for group in GROUPS:
        lines.append(f"| **{group}** | **{chinese[group, None]}** | | |")
        for title, keys in _rows(group):
            every = " ".join(f"`{label(key)}`" for key in keys)
            passing = " ".join(f"`{label(key)}`" for key in keys if passes_an_input_method(key))
            lines.append(f"| {title} | {chinese[title, None]} | {every} | {passing} |")
    return "\n".join(lines)


def _rows(group: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield title and keys of each act of a group; acts of one title are one row."""
    rows: dict[str, tuple[str, ...]] = {}
    for command in COMMANDS:
        if command.group == group and command.keys:
            rows[command.title] = (*rows.get(command.title, ()), *command.keys)
    yield from rows.items()


def with_table(text: str) -> str:
    """Return the README's text with the table as it should be now."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{BEGIN}\n{table()}\n{END}", text)


def fences(language: str, text: str) -> list[str]:
    """Return the contents of the README's code fences of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
