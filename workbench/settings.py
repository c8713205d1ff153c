"""What there is to set: each setting once, as data, with its type and what it is for.

Knows no file and no environment; :mod:`workbench.config` finds out what is set where.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal, cast

from workbench.cases.errors import BadInput
from workbench.cases.record import Record
from workbench.language import later, listed, t

Kind = Literal[
    "text",
    "path",
    "choice",
    "size",
    "words",
    "columns",
    "number",
    "theme",
    "keys",
    "texts",
    "command",
    "colours",
    "pattern",
    "view_columns",
]
Value = str | tuple[str, ...] | int

TABLES = frozenset({"keys", "texts", "command", "colours", "pattern", "view_columns"})
"""Kinds of settings that are a table in the file: each name in it is set by ``SETTING.NAME``."""
KEYS_PREFIX = "keys."
COLUMNS_PREFIX = "view_columns."
MOST = 100_000
"""The greatest number that makes sense in any setting."""

COLUMNS = (
    *("status", "key", "title", "engineers", "waiting", "activity", "opened", "age"),
    *("entries", "unread", "tags", "pictures", "files"),
)
"""What can be a column of the list."""

TEXTUAL_THEMES = (
    *("textual-dark", "textual-light", "nord", "gruvbox", "catppuccin-mocha", "dracula"),
    *("tokyo-night", "monokai", "flexoki", "catppuccin-latte", "catppuccin-frappe"),
    *("catppuccin-macchiato", "solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon"),
    *("rose-pine-dawn", "atom-one-dark", "atom-one-light"),
)
"""Themes that come with Textual. Those that leave all to the terminal are left out: there a cursor
would be told by its sign alone."""


class Setting(Record):
    """One thing that can be set.

    ``default`` None: it is found out when it is asked for. ``doc`` is a msgid. ``variable`` and
    ``option`` name where else it can be given, if it can.
    """

    name: str
    kind: Kind
    default: str | tuple[str, ...] | int | None
    doc: str
    choices: tuple[str, ...] = ()
    variable: str | None = None
    option: str | None = None


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "author",
        "text",
        None,
        later("Your name, as it stands beside what you write. Without it: the login name."),
        variable="WORKBENCH_AUTHOR",
        option="--author",
    ),
    Setting(
        "lang",
        "choice",
        "auto",
        later("The language on screen; auto follows the locale."),
        choices=("auto", "zh", "en"),
        variable="WORKBENCH_LANG",
        option="--lang",
    ),
    Setting(
        "db",
        "path",
        None,
        later("The database file."),
        variable="WORKBENCH_DB",
        option="--db",
    ),
    Setting(
        "speakers",
        "words",
        ("客户", "研发", "厂家", "用户"),
        later("Bare words that begin an entry on a page when a colon follows them."),
    ),
    Setting(
        "theme",
        "theme",
        "dark",
        later("The colours of the screen: dark, light, one of Textual's, or your own of [themes]."),
        choices=("dark", "light", *TEXTUAL_THEMES),
    ),
    Setting(
        "preview",
        "choice",
        "auto",
        later("Where the thread stands beside the list; auto goes by the width."),
        choices=("auto", "side", "below", "off"),
    ),
    Setting(
        "fold_lines",
        "number",
        12,
        later("Of an entry of more lines only the beginning is shown at first; 0 shows all."),
    ),
    Setting(
        "columns",
        "columns",
        (),
        later("The columns of the list, in order; without any the width says which."),
    ),
    Setting(
        "filter",
        "text",
        "",
        later("The query that the list starts with."),
    ),
    Setting(
        "stale_days",
        "number",
        14,
        later("is:stale finds what is not resolved and had nothing new for so many days."),
    ),
    Setting(
        "sync_minutes",
        "number",
        0,
        later("While the screen is open: sync every so many minutes; 0 for only when asked to."),
    ),
    Setting(
        "slow_link",
        "choice",
        "auto",
        later("Fewer and smaller repaints for a slow line; auto does so over SSH."),
        choices=("auto", "on", "off"),
    ),
    Setting(
        "kitty_keys",
        "choice",
        "auto",
        later("The terminal's newer key protocol; off if text of an input method gets lost."),
        choices=("auto", "on", "off"),
    ),
    Setting(
        "file_limit",
        "size",
        "100 MiB",
        later("How large an attached file may be."),
    ),
    Setting(
        "opener",
        "text",
        "",
        later("The program that opens files; without it the one that the system names."),
    ),
    Setting(
        "copy_command",
        "text",
        "",
        later("The program that takes what is copied; without it the terminal does (OSC 52)."),
    ),
    Setting(
        "templates",
        "texts",
        "",
        later("templates.NAME: a text that is written often; {key} and the like are filled in."),
    ),
    Setting(
        "commands",
        "command",
        "",
        later(
            "commands.NAME: a program of your own and its words; {key} and the like are filled in."
        ),
    ),
    Setting(
        "view_columns",
        "view_columns",
        (),
        later("view_columns.NAME: the columns of one view, instead of those of all."),
    ),
    Setting(
        "themes",
        "colours",
        (),
        later("themes.NAME: colours of your own, in your own file."),
    ),
    Setting(
        "references",
        "pattern",
        (),
        later("references.NAME: a pattern of your site's numbers, and the url of what it finds."),
    ),
    Setting(
        "keys",
        "keys",
        (),
        later("keys.ACT: the keys of an act instead of its own; `workbench keys` lists the acts."),
    ),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


class UnknownSetting(BadInput):
    """There is no such setting."""


def known(name: str) -> Setting:
    """Return the setting of that name; ``keys.ACT`` is one for every act."""
    place = place_of(name)
    setting = BY_NAME.get(place[0])
    if (
        setting is not None
        and len(place) == (2 if setting.kind in TABLES else 1)
        and (setting.kind != "keys" or _is_act(place[1]))
    ):
        return setting
    raise UnknownSetting(t("There is no setting “{name}”.", name=name), nearest(name))


def _is_act(name: str) -> bool:
    from workbench.commands import BY_ID

    return name in BY_ID


def nearest(name: str) -> str:
    """Return a hint that names the settings which look most like ``name``."""
    import difflib

    from workbench.commands import BY_ID

    plain = [setting.name for setting in SETTINGS if setting.kind not in TABLES]
    names = plain + [KEYS_PREFIX + act for act in BY_ID]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return t("Did you mean {names}?", names=listed(near))
    return t("There are {names}, templates.NAME, commands.NAME and keys.ACT.", names=listed(plain))


def checked(setting: Setting, raw: object, name: str, folder: str) -> Value:
    """Return a raw value as the setting's type.

    Args:
        setting: what is set.
        raw: what a file, a variable or a person says.
        name: what an error calls it.
        folder: what a relative path is relative to.

    Raises:
        BadInput: if it is of another type or not among the choices.
    """
    try:
        value = _as_kind(setting, raw, folder)
    except BadInput as error:
        raise BadInput(t("{name}: {problem}.", name=name, problem=error), error.hint) from error
    if value is None or (setting.name == "author" and not value):
        shown = listed(map(str, raw)) if isinstance(raw, list | tuple) else raw
        raise BadInput(
            t("{name} is “{value}”, but must be {kind}.", name=name, value=shown, kind=_a(setting)),
            t(setting.doc),
        )
    return value


def _as_kind(setting: Setting, raw: object, folder: str) -> Value | None:
    """Return the value if it is of the setting's kind, else None."""
    match setting.kind, raw:
        case (("text" | "theme"), str()):
            return raw.strip() if raw.isprintable() else None
        case "texts", str():
            from workbench.templates import unknown_fields

            return None if unknown_fields(raw) else raw.strip()
        case "command", str():
            from workbench.owncommands import words as told_apart

            return raw.strip() if told_apart(raw) else None
        case "colours", dict():
            from workbench.colours import own

            return tuple(raw) if own(raw) else None
        case "pattern", dict():
            from workbench.patterns import problem

            if wrong := problem(raw):
                raise BadInput(wrong)
            return tuple(raw)
        case "path", str():
            return os.path.join(folder, os.path.expanduser(raw)) if raw else None
        case "choice", str():
            return raw if raw in setting.choices else None
        case "size", str():
            from workbench.cases.files import is_size

            return raw.strip() if is_size(raw) else None
        case "keys", str():
            return (raw,)
        case "number", int() if not isinstance(raw, bool) and 0 <= raw <= MOST:
            return raw
        case "number", str() if raw.isascii() and raw.isdigit() and int(raw[:7]) <= MOST:
            return int(raw[:7])
        case (("words" | "keys"), list()):
            return words(raw) if _are_words(raw) else None
        case (("columns" | "view_columns"), list()):
            return _columns(words(raw)) if _are_words(raw) else None
    return None


def _a(setting: Setting) -> str:
    """Return in words what values a setting takes."""
    if setting.kind == "choice":
        return t("one of: {choices}", choices=listed(setting.choices))
    from workbench.templates import FIELDS

    kinds = {
        "text": t("one line of text"),
        "path": t("the path of a file"),
        "size": t("a size as 100 MiB"),
        "theme": t("the name of a theme"),
        "words": t("a list of words"),
        "columns": t("a list of columns"),
        "view_columns": t("a list of columns"),
        "keys": t("a list of keys"),
        "command": t("a program and its words"),
        "colours": t("a table of colours in your own file"),
        "pattern": t("a table with a pattern and a url, in your own file"),
        "texts": t("a text with no fields but {fields}", fields=" ".join(FIELDS)),
        "number": t("a whole number from 0 to {most}", most=MOST),
    }
    return kinds[setting.kind]


def _columns(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of these names, each once."""
    for name in names:
        if name not in COLUMNS:
            raise BadInput(
                t("there is no column “{name}”", name=name),
                t("There are {names}.", names=listed(COLUMNS)),
            )
    return tuple(dict.fromkeys(names))


def _are_words(raw: object) -> bool:
    """Return whether ``raw`` is a list of words that can be shown."""
    return isinstance(raw, list) and all(
        isinstance(word, str) and word.strip() and word.isprintable() for word in raw
    )


def words(raw: object) -> tuple[str, ...]:
    """Return one word or a list of words as a tuple."""
    if isinstance(raw, str):
        return (raw,)
    return tuple(word.strip() for word in cast("list[str]", raw))


def split(setting: Setting, text: str) -> str | list[str]:
    """Return a value typed on a command line in the form that a file would hold."""
    if setting.kind == "keys":
        return text.split()
    if setting.kind in ("words", "columns", "view_columns"):
        for comma in "，、,":
            text = text.replace(comma, " ")
        return text.split()
    return text


def place_of(name: str) -> tuple[str, ...]:
    """Return the nested keys under which a file holds a setting; a table's names may have dots."""
    table, dot, rest = name.partition(".")
    return (table, rest) if dot and rest else (name,)
