"""The settings: what there is to set, and what is set where.

A setting is looked for in the options, the environment, the person's own file (``config.toml``,
which is never rewritten), the machine's file beside it (``settings.toml``, which ``config set``
writes), and has a default; the first one wins. Knows no screen and no database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from workbench.cases.errors import BadInput
from workbench.cases.record import Record
from workbench.language import Lang, choose, labelled, later, t
from workbench.settings import (
    BY_NAME,
    KEYS_PREFIX,
    SETTINGS,
    TABLES,
    Setting,
    UnknownSetting,
    Value,
    checked,
    known,
    place_of,
    split,
    words,
)
from workbench.settingsfile import check_file, check_theme, in_line, put, take_out
from workbench.tomlfile import ConfigError, TomlFile, update
from workbench.userfolders import default_config, default_db, login_name

__all__ = [
    "SETTINGS",
    "Config",
    "ConfigError",
    "Setting",
    "Shown",
    "UnknownSetting",
    "load",
]

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.cases.views import SavedView
    from workbench.colours import Colours
    from workbench.patterns import Pattern

Origin = Literal["option", "environment", "file", "machine", "default"]

MACHINE_FILE = "settings.toml"
MACHINE_ADVICE = later("Delete the file: the program wrote it and can do without.")


class Shown(Record):
    """A setting as ``config show`` prints it: its value and where that comes from.

    ``place`` is the option or variable, or the file; ``line`` counts from 1.
    """

    name: str
    value: Value
    origin: Origin
    place: str | None = None
    line: int | None = None

    def where(self) -> str:
        """Return in words where the value comes from."""
        if self.place is None:
            return t("default")
        if self.line is None:
            return self.place
        return t("{file}, line {line}", file=self.place, line=self.line)

    def json(self) -> dict[str, object]:
        """Return the setting as an object of plain JSON values."""
        plain = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"value": plain, "origin": self.origin, "place": self.place, "line": self.line}


class Config:
    """The settings in force. ``warnings`` are sentences about what the own file says in vain."""

    def __init__(
        self,
        own: TomlFile,
        machine: TomlFile,
        env: Mapping[str, str],
        options: Mapping[str, str],
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.own = own
        self.machine = machine
        self.env = env
        self.options = options
        self.warnings = warnings

    @classmethod
    def default(cls) -> Config:
        """Return the settings of somebody who set nothing, in a place without files."""
        return cls(TomlFile(""), TomlFile(""), {}, {})

    def again(self, without: str) -> Config:
        """Return the settings as the files have them now.

        Args:
            without: a setting that options and the environment shall not say any longer.
        """
        variable = known(without).variable
        env = {name: value for name, value in self.env.items() if name != variable}
        options = {name: value for name, value in self.options.items() if name != without}
        return load(self.own.path, env, options)

    def check_screens(self) -> None:
        """Check what only a screen reads, where it was loaded without.

        Raises:
            ConfigError: a file says something impossible, with file and line.
        """
        load(self.own.path, self.env, self.options)

    def reloaded(self) -> Config:
        """Return the settings as the files have them now.

        Raises:
            ConfigError: a file is broken or says something impossible, with file and line.
            KeymapError: the chosen keys can't work.
        """
        found = load(self.own.path, self.env, self.options)
        found.keymap()
        return found

    def written(self) -> tuple[tuple[int, int, int] | None, ...]:
        """Return what changes whenever a file of settings is written."""
        return tuple(_stamp(file.path) for _, file in self._files())

    @property
    def author(self) -> str:
        """Who acts."""
        return cast(str, self.get("author"))

    @property
    def lang(self) -> Lang:
        """The language to speak."""
        return choose(cast(str, self.get("lang")), self.env)

    @property
    def db(self) -> Path:
        """The database file."""
        from pathlib import Path  # which short commands do without

        return Path(self.db_file)

    @property
    def db_file(self) -> str:
        """The database file's path as text."""
        return cast(str, self.get("db"))

    @property
    def speakers(self) -> tuple[str, ...]:
        """The bare words that begin an entry on a page."""
        return cast("tuple[str, ...]", self.get("speakers"))

    @property
    def theme(self) -> str:
        """The name of the colours of the screen: ours, Textual's, or one of ``themes``."""
        name = cast(str, self.get("theme"))
        # The machine's file may name an own theme that its owner took out since.
        return name if name in self.theme_names() else "dark"

    @property
    def themes(self) -> dict[str, Colours]:
        """The themes of which all colours are known: ours, and the person's own."""
        from workbench import colours  # which only a screen needs

        own = self._table("themes").items()
        return {**colours.OURS, **{name: colours.own(raw) for name, raw in own}}

    def theme_names(self) -> list[str]:
        """Return the names of all themes, the person's own first."""
        return [*dict.fromkeys((*self._table("themes"), *BY_NAME["theme"].choices))]

    @property
    def preview(self) -> Literal["auto", "side", "below", "off"]:
        """Where the thread stands beside the list."""
        return cast('Literal["auto", "side", "below", "off"]', self.get("preview"))

    @property
    def fold_lines(self) -> int:
        """How many lines of a long entry are shown at first; 0: all."""
        return cast(int, self.get("fold_lines"))

    def columns(self, view: SavedView | None = None) -> tuple[str, ...]:
        """Return the columns of a view's list; none where the width says which."""
        for name, raw in self._table("view_columns").items():
            if raw and view is not None and view.is_called(name):
                return tuple(dict.fromkeys(words(raw)))
        return cast("tuple[str, ...]", self.get("columns"))

    @property
    def filter(self) -> str:
        """The query that the list starts with."""
        return cast(str, self.get("filter"))

    @property
    def stale_days(self) -> int:
        """After how many days without anything new an open case is stale."""
        return cast(int, self.get("stale_days"))

    @property
    def sync_minutes(self) -> int:
        """Every how many minutes the screen syncs by itself; 0: never."""
        return cast(int, self.get("sync_minutes"))

    @property
    def commands(self) -> dict[str, str]:
        """A person's own commands, by name."""
        return self._table("commands")

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """What else in texts leads elsewhere, at this site."""
        if not (tables := self._table("references")):
            return ()
        from workbench.patterns import read  # which a site without any does without

        return tuple(read(name, raw) for name, raw in tables.items())

    @property
    def slow_link(self) -> bool:
        """Whether the line to the terminal is spared."""
        asked = self.get("slow_link")
        return asked == "on" or (asked == "auto" and bool(self.env.get("SSH_CONNECTION")))

    @property
    def kitty_keys(self) -> Literal["auto", "on", "off"]:
        """Whether the terminal may use its newer key protocol."""
        return cast('Literal["auto", "on", "off"]', self.get("kitty_keys"))

    @property
    def file_limit(self) -> int:
        """How many bytes an attached file may have."""
        from workbench.cases.files import parse_size

        return parse_size(cast(str, self.get("file_limit")))

    @property
    def copy_command(self) -> str:
        """The program that takes what is copied; "" for the terminal."""
        return cast(str, self.get("copy_command"))

    @property
    def opener(self) -> str:
        """The command that opens files; "" for the system's own."""
        return cast(str, self.get("opener"))

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The keys that a person chose, by act: what ``effective_keymap`` takes."""
        chosen = {**self.machine.values.get("keys", {}), **self.own.values.get("keys", {})}
        return {act: words(keys) for act, keys in chosen.items()}

    @property
    def templates(self) -> dict[str, str]:
        """The texts that are written often, by name: the program's own, then the person's."""
        from workbench.templates import standard_templates

        chosen = {
            **standard_templates(),
            **self.machine.values.get("templates", {}),
            **self.own.values.get("templates", {}),
        }
        return {name: text for name, text in chosen.items() if text.strip()}

    def keymap(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of every act, with the person's own choices.

        Raises:
            KeymapError: if the chosen keys can't work, with file and line.
        """
        from workbench.commands import KeymapError, effective_keymap

        try:
            return effective_keymap(self.keys)
        except KeymapError as error:
            for origin, file in self._files():
                for act in error.acts:
                    line = file.line_of("keys", act)
                    if line is not None:
                        place = Shown(KEYS_PREFIX + act, (), origin, file.path, line).where()
                        raise KeymapError(labelled(place, error), error.acts, error.hint) from error
            raise

    def get(self, name: str) -> Value:
        """Return the value of a setting.

        Raises:
            UnknownSetting: if there is no such setting.
            BadInput: if an option or the environment holds an impossible value.
        """
        return self._find(name, lines=False).value

    def shown(self, name: str) -> Shown:
        """Return a setting with where it comes from; raises as :meth:`get` does."""
        return self._find(name, lines=True)

    def show(self) -> list[Shown]:
        """Return all settings, the templates, and of the acts those whose keys were chosen."""
        from workbench.commands import BY_ID

        names = [setting.name for setting in SETTINGS if setting.kind not in TABLES]
        for table in ("templates", "commands", "view_columns", "themes", "references"):
            names += [f"{table}.{name}" for name in self._table(table)]
        names += [KEYS_PREFIX + act for act in sorted(self.keys) if act in BY_ID]
        return [self.shown(name) for name in names]

    def set(self, name: str, text: str) -> Shown:
        """Write a setting into the machine's file; it holds from the next :func:`load` on.

        Args:
            name: the setting.
            text: its value; of several words (speakers, keys) with spaces or commas between them.

        Returns:
            the setting as it is from now on (an option or variable may still win over it).

        Raises:
            UnknownSetting: if there is no such setting.
            BadInput: if it can't have this value.
            KeymapError: if the keys can't work.
            ConfigError: if the person's own file sets it, or the file can't be written.
        """
        setting = known(name)
        self.refuse_own(name)
        value = checked(setting, split(setting, text), name, os.getcwd())
        if setting.kind == "theme":
            check_theme(value, self.theme_names())
        stored: object = list(value) if isinstance(value, tuple) else value
        if setting.kind == "keys":
            from workbench.commands import effective_keymap

            effective_keymap({**self.keys, name.removeprefix(KEYS_PREFIX): words(stored)})
        self._write(lambda values: put(values, place_of(name), stored))
        return load(self.own.path, self.env, self.options).shown(name)

    def take_back(self, act: str) -> None:
        """Give an act its own keys again, where the machine's file says others.

        Raises:
            KeymapError: if they can't work beside the keys that were chosen for other acts.
            ConfigError: if the person's own file sets them, or the file can't be written.
        """
        from workbench.commands import effective_keymap

        name = KEYS_PREFIX + act
        self.refuse_own(name)
        effective_keymap({other: keys for other, keys in self.keys.items() if other != act})
        if act in self.machine.values.get("keys", {}):
            self._write(lambda values: take_out(values, name))

    def refuse_own(self, name: str) -> None:
        """Raise ConfigError where the person's own file says something about a setting."""
        if self._in_file(self.own, known(name), name) is None:
            return
        raise ConfigError(
            t(
                "{name} is set in {file}, line {line}, and that file is yours alone to change.",
                name=name,
                file=self.own.path,
                line=self.own.line_of(*place_of(name)),
            ),
            t("Change it there, or take the line out."),
        )

    def _write(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the machine's file."""
        own_name = os.path.basename(self.own.path)
        update(
            self.machine.path,
            change,
            heading=f"Written by `workbench config set`; your own file is {own_name}.",
            advice=t(MACHINE_ADVICE),
        )

    def _find(self, name: str, *, lines: bool) -> Shown:
        """Return a setting from the first place that has it, with its line if that is asked for."""
        setting = known(name)
        given = self.options.get(name)
        if given is not None:
            return Shown(
                name, self._given(setting, given, setting.option), "option", setting.option
            )
        if setting.variable and self.env.get(setting.variable):
            value = self._given(setting, self.env[setting.variable], setting.variable)
            return Shown(name, value, "environment", setting.variable)
        for origin, file in self._files():
            raw = self._in_file(file, setting, name)
            if raw is not None:
                value = checked(setting, raw, name, file.folder)
                line = file.line_of(*place_of(name)) if lines else None
                return Shown(name, value, origin, file.path, line)
        return Shown(name, self._default(setting, name), "default")

    def _table(self, name: str) -> dict[str, Any]:
        """Return what the files say in a table, and of templates what the program brings too."""
        if name == "templates":
            return dict(self.templates)
        return {**self.machine.values.get(name, {}), **self.own.values.get(name, {})}

    def _files(self) -> tuple[tuple[Origin, TomlFile], ...]:
        """Return the files, the one that wins first."""
        return (("file", self.own), ("machine", self.machine))

    def _given(self, setting: Setting, text: str, place: str | None) -> Value:
        """Return the value of an option or variable, whose name an error mentions."""
        return checked(setting, split(setting, text), place or setting.name, os.getcwd())

    def _in_file(self, file: TomlFile, setting: Setting, name: str) -> Any:
        """Return what a file says about a setting, None if nothing."""
        if setting.kind not in TABLES:
            return file.values.get(name)
        table, within = place_of(name)
        return file.values.get(table, {}).get(within)

    def _default(self, setting: Setting, name: str) -> Value:
        """Return the value of a setting that nobody set."""
        if setting.name == "author":
            return login_name(self.env)
        if setting.name == "db":
            return default_db()
        if setting.kind == "keys":
            from workbench.commands import BY_ID

            return BY_ID[name.removeprefix(KEYS_PREFIX)].keys
        if setting.kind == "texts":
            from workbench.templates import standard_templates

            return standard_templates().get(place_of(name)[1], "")
        assert setting.default is not None, "a setting without a default is found out above"
        return setting.default


def load(
    path: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    options: Mapping[str, str | None] | None = None,
    *,
    screens: bool = True,
) -> Config:
    """Return the settings in force.

    Args:
        path: the person's own file, which need not exist; None: WORKBENCH_CONFIG, else the user's
            folder for settings.
        env: the environment; None: this process's.
        options: name of a setting → what an option said; None for those not given.
        screens: whether what only a screen reads is checked too.

    Raises:
        ConfigError: if a file is broken or says something impossible, with file and line.
    """
    env = os.environ if env is None else env
    if path is None:
        path = env.get("WORKBENCH_CONFIG") or default_config()
    path = os.fspath(path)
    own = TomlFile.read(path, advice=t("Correct it there; the program never changes this file."))
    # Whatever the person's own file is called, the other one is never it.
    folder, own_name = os.path.split(path)
    name = MACHINE_FILE if own_name != MACHINE_FILE else "machine." + MACHINE_FILE
    machine = TomlFile.read(os.path.join(folder, name), advice=t(MACHINE_ADVICE))
    warnings = (*check_file(own, screens=screens), *check_file(machine, screens=screens))
    given = {name: text for name, text in (options or {}).items() if text is not None}
    config = Config(own, machine, env, given, warnings)
    if screens and "theme" in own.values:
        try:
            check_theme(own.values["theme"], config.theme_names())
        except BadInput as error:
            raise in_line(own, ("theme",), error) from error
    return config


def _stamp(path: str) -> tuple[int, int, int] | None:
    """Return when a file was written, its size and which it is; None for one that is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
