"""Keeps the Chinese catalog in step with the source: ``uv run python -m tests.translations``.

Reads every text that goes through ``t``, ``tn``, ``later``, ``said`` or ``counted``, and those of
the registry of acts; adds the new ones to ``workbench.po`` (to be translated by hand), drops those
no longer used, and compiles ``workbench.mo``. Only as much of the formats as one catalog needs.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

from click import Context

from workbench.cli.group import COMMANDS as LINES
from workbench.cli.group import program
from workbench.commands import COMMANDS, GROUPS
from workbench.language import CATALOGS, DOMAIN

ROOT = Path(__file__).parent.parent
PO = Path(CATALOGS) / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")

Message = tuple[str, str | None]
"""A msgid, and its plural if it has one."""

PLAIN, COUNTED = ("t", "later", "said"), ("tn", "counted")
"""The functions that take a text, and those that take a singular and a plural."""

HEADER = (
    "Project-Id-Version: workbench\n"
    "Language: zh_CN\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_STRING = re.compile(r'^(msgid|msgid_plural|msgstr|msgstr\[0\])?\s*"(.*)"$')


class NotLiteral(Exception):
    """A text that is put together before it is looked up can never be found in a catalog."""


def used() -> dict[Message, str]:
    """Return every text of the interface, with the first file that uses it."""
    found: dict[Message, str] = {}
    for command in COMMANDS:
        for text in (command.title, command.help):
            found.setdefault((text, None), "workbench/commands.py")
    for text in GROUPS:
        found.setdefault((text, None), "workbench/commands.py")
    for text in _of_commands():
        found.setdefault((text, None), "workbench/cli/group.py")
    for path in sorted((ROOT / "workbench").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for message in in_source(path.read_text(encoding="utf-8"), name):
            found.setdefault(message, name)
    return found


def _of_commands() -> Iterator[str]:
    """Yield what the help of the command line says, of each command and its options."""
    yield from (text for _, text in LINES.values())
    for command in (program, *(program.get_command(Context(program), name) for name in LINES)):
        assert command is not None
        yield from (cleandoc(text) for text in (command.help, command.epilog) if text)
        yield from filter(None, (getattr(param, "help", None) for param in command.params))


def in_source(source: str, name: str) -> Iterator[Message]:
    """Yield the texts of one file.

    Raises:
        NotLiteral: for an f-string or a sum as the text.
    """
    for node in ast.walk(ast.parse(source, name)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func.attr if isinstance(node.func, ast.Attribute) else None
        function = node.func.id if isinstance(node.func, ast.Name) else function
        if function not in (*PLAIN, *COUNTED):
            continue
        counted = function in COUNTED
        texts = [_literal(argument, name) for argument in node.args[: 2 if counted else 1]]
        if texts[0] is not None:
            yield texts[0], texts[1] if counted else None


def _literal(node: ast.expr, name: str) -> str | None:
    """Return the text of a literal; None for a name, whose text was marked where it stands."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        raise NotLiteral(f"{name}, line {node.lineno}: the text must stand there as it is")
    return None


def read_po(path: Path = PO) -> dict[Message, str]:
    """Return the translations of a catalog's source; its header is left out."""
    translations: dict[Message, str] = {}
    parts: dict[str, str] = {}
    last = ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        found = _STRING.match(line)
        if found:
            last = found[1] or last
            parts[last] = parts.get(last, "") + _unescape(found[2])
        elif not line.strip() and parts:
            text = parts.get("msgstr", parts.get("msgstr[0]", ""))
            translations[parts["msgid"], parts.get("msgid_plural")] = text
            parts = {}
    translations.pop(("", None), None)
    return translations


def write_po(translations: dict[Message, str], places: dict[Message, str], path: Path) -> None:
    """Write a catalog's source, in the order of the files that use the texts."""
    blocks = [f"msgid {_quote('')}\nmsgstr {_quote(HEADER)}\n"]
    for message in sorted(translations, key=lambda one: (places[one], one[0])):
        one, many = message
        lines = [f"#: {places[message]}", f"msgid {_quote(one)}"]
        if many is not None:
            lines.append(f"msgid_plural {_quote(many)}")
        lines.append(f"{'msgstr' if many is None else 'msgstr[0]'} {_quote(translations[message])}")
        blocks.append("\n".join(lines) + "\n")
    path.write_text("\n".join(blocks), encoding="utf-8")


def compiled(translations: dict[Message, str]) -> bytes:
    """Return the catalog in the form that gettext reads, without the texts not translated yet.

    The format is GNU's: a header, two tables of (length, offset), sorted texts, each ending in NUL.
    """
    pairs = {
        one if many is None else f"{one}\0{many}": text
        for (one, many), text in translations.items()
    }
    pairs = {"": HEADER, **{key: text for key, text in pairs.items() if text}}
    encoded = sorted((key.encode(), text.encode()) for key, text in pairs.items())
    count = len(encoded)
    start = 7 * 4
    texts = b""
    tables: tuple[list[int], list[int]] = ([], [])
    for side in (0, 1):
        for pair in encoded:
            tables[side].extend((len(pair[side]), start + 2 * 8 * count + len(texts)))
            texts += pair[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, 0)
    return head + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + texts


def fields(text: str) -> set[str]:
    """Return the ``{names}`` that a text has filled in."""
    return set(re.findall(r"\{(\w*)[^}]*\}", text))


def _quote(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def _unescape(text: str) -> str:
    back = {escape[1]: character for character, escape in _ESCAPES.items()}
    return re.sub(r"\\(.)", lambda found: back[found[1]], text)


def update() -> int:
    """Bring both files up to date; return how many texts wait for a translation."""
    places = used()
    old = read_po() if PO.exists() else {}
    translations = {message: old.get(message, "") for message in places}
    PO.parent.mkdir(parents=True, exist_ok=True)
    write_po(translations, places, PO)
    MO.write_bytes(compiled(translations))
    return sum(not text for text in translations.values())


if __name__ == "__main__":
    waiting = update()
    print(f"{PO.relative_to(ROOT)}: {waiting} texts wait for a translation")
    sys.exit(1 if waiting else 0)
