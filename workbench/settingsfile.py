"""What a file of settings may say: checked when it is read, and put into it and taken out.

An error names the file and the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.cases.errors import BadInput
from workbench.language import listed, t
from workbench.settings import BY_NAME, TABLES, Setting, checked, nearest, place_of
from workbench.tomlfile import ConfigError, TomlFile

OF_SCREENS = ("theme", "themes", "templates")
"""What only a screen reads: a command can do its work whatever they say."""


def check_file(file: TomlFile, *, screens: bool) -> list[str]:
    """Check every value of a file; return sentences about names that are no settings.

    An unknown name is no error: a newer version may share the file.

    Args:
        file: the file.
        screens: whether what only a screen reads is checked too.
    """
    warnings = []
    for name, raw in file.values.items():
        if name in OF_SCREENS and not screens:
            continue
        setting = BY_NAME.get(name)
        if setting is None:
            warnings.append(
                t(
                    "{file}, line {line}: there is no setting “{name}”. {hint}",
                    file=file.path,
                    line=file.line_of(name),
                    name=name,
                    hint=nearest(name),
                )
            )
            continue
        try:
            if setting.kind in TABLES:
                _check_table(file, setting, raw)
            else:
                checked(setting, raw, name, file.folder)
        except BadInput as error:
            raise in_line(file, (name,), error) from error
    return warnings


def _check_table(file: TomlFile, setting: Setting, raw: object) -> None:
    """Check the form of a table; whether keys can work together is checked later."""
    if not isinstance(raw, dict):
        raise BadInput(
            t("{name} is no table.", name=setting.name),
            t("Write it as: [{name}]", name=setting.name),
        )
    for within, value in raw.items():
        try:
            checked(setting, value, f"{setting.name}.{within}", file.folder)
        except BadInput as error:
            place = [setting.name, within]
            if setting.kind == "pattern" and isinstance(value, dict):
                from workbench.patterns import key_of_problem

                place.append(key_of_problem(value))
            elif setting.kind == "colours" and isinstance(value, dict):
                from workbench.colours import key_of_mistake

                place.append(key_of_mistake(value))
            raise in_line(file, place, error) from error


def check_theme(name: object, names: Sequence[str]) -> None:
    """Raise where no theme is called so."""
    if name not in names:
        raise BadInput(
            t("There is no theme “{name}”.", name=name),
            t("There are {names}.", names=listed(names)),
        )


def in_line(file: TomlFile, place: Sequence[str], error: BadInput) -> ConfigError:
    """Return the error with the file and the line that it is about in front."""
    line = file.line_of(*place) or file.line_of(*place[:-1])
    return ConfigError(
        t("{file}, line {line}: {problem}", file=file.path, line=line, problem=error), error.hint
    )


def put(values: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    """Set a nested value."""
    for part in path[:-1]:
        values = values.setdefault(part, {})
    values[path[-1]] = value


def take_out(values: dict[str, Any], name: str) -> None:
    """Take a value of a table out."""
    table, within = place_of(name)
    del values[table][within]
