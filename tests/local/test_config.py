"""Settings: where a value comes from, what is refused, and that writing one loses nothing."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from workbench.cases.errors import BadInput, WorkbenchError
from workbench.colours import OURS, contrast
from workbench.commands import KeymapError
from workbench.config import (
    SETTINGS,
    ConfigError,
    UnknownSetting,
    load,
)
from workbench.local import points
from workbench.settings import TABLES, TEXTUAL_THEMES
from workbench.userfolders import default_config, default_db


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The person's own file, which isn't there yet."""
    return tmp_path / "config.toml"


def test_without_files_everything_has_its_default(own: Path) -> None:
    config = load(own, {"LOGNAME": "wang", "LANG": "zh_CN.UTF-8"})
    assert config.author == "wang"
    assert config.lang == "zh"
    assert config.speakers == ("客户", "研发", "厂家", "用户")
    assert config.filter == ""
    assert {shown.origin for shown in config.show()} == {"default"}
    assert [shown.name for shown in config.show()] == [
        *(setting.name for setting in SETTINGS if setting.kind not in TABLES),
        *(f"templates.{name}" for name in config.templates),
    ]
    assert config.db.name == "workbench.db"


def test_the_first_place_that_has_a_value_wins(own: Path) -> None:
    env = {"LOGNAME": "login"}
    assert load(own, env).author == "login"
    load(own, env).set("author", "machine")
    assert load(own, env).author == "machine"
    own.write_text('author = "own"\n', encoding="utf-8")
    assert load(own, env).author == "own"
    env["WORKBENCH_AUTHOR"] = "environment"
    assert load(own, env).author == "environment"
    assert load(own, env, {"author": "option", "db": None}).author == "option"
    assert load(own, env, {"author": None}).author == "environment"


def test_each_value_says_where_it_comes_from(own: Path) -> None:
    own.write_text(
        "# mine\n"
        "\n"
        'theme = "light"\n'
        "speakers = [\n"
        '  "客户",  # a comment\n'
        '  "售后",\n'
        "]\n"
        "\n"
        "[keys]\n"
        "\n"
        'hold = ["w", "!"]\n',
        encoding="utf-8",
    )
    load(own, {}).set("filter", "status:unset")
    env = {"WORKBENCH_DB": "/data/a.db"}
    shown = {one.name: one for one in load(own, env, {"lang": "zh"}).show()}
    found = {name: (one.origin, one.place, one.line) for name, one in shown.items()}
    machine = str(own.with_name("settings.toml"))
    assert found["theme"] == ("file", str(own), 3)
    assert found["speakers"] == ("file", str(own), 4)
    assert found["keys.hold"] == ("file", str(own), 11)
    assert found["filter"] == ("machine", machine, 3)
    assert found["db"] == ("environment", "WORKBENCH_DB", None)
    assert found["lang"] == ("option", "--lang", None)
    assert found["author"] == ("default", None, None)
    assert shown["theme"].where() == f"{own}, line 3"
    assert shown["speakers"].json() == {
        "value": ["客户", "售后"],
        "origin": "file",
        "place": str(own),
        "line": 4,
    }


def test_a_path_is_relative_to_the_file_that_says_it(own: Path) -> None:
    own.write_text('db = "cases/a.db"\n', encoding="utf-8")
    assert load(own, {}).db == own.parent / "cases/a.db"


def test_the_environment_names_the_file(own: Path) -> None:
    own.write_text('author = "李工"\n', encoding="utf-8")
    assert load(env={"WORKBENCH_CONFIG": str(own)}).author == "李工"


@pytest.mark.parametrize(
    ("written", "line", "word"),
    [
        ('author = "a"\nlang = \n', 2, "TOML"),
        ('author = "a"\n\nspeakers = ["客户"\n', 3, "TOML"),
        ('author = "a"\nauthor = "b"\n', 2, "TOML"),
        ("\nauthor = 5\n", 2, "one line of text"),
        ('author = "a\\nb"\n', 1, "one line of text"),
        ('author = " "\n', 1, "one line of text"),
        ('\n\nlang = "fr"\n', 3, "auto, zh, en"),
        ('theme = "dark"\nspeakers = "客户"\n', 2, "a list of words"),
        ('speakers = ["客户", 5]\n', 1, "a list of words"),
        ('speakers = [""]\n', 1, "a list of words"),
        ("db = false\n", 1, "the path of a file"),
        ('\nkeys = "f7"\n', 2, "[keys]"),
        ('[keys]\nmark = "v"\nhold = 7\n', 3, "keys.hold"),
    ],
)
def test_a_file_that_says_something_impossible_is_refused_by_file_and_line(
    own: Path, written: str, line: int, word: str
) -> None:
    own.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(own, {})
    assert f"{own}, line {line}:" in str(caught.value)
    assert word in f"{caught.value} {caught.value.hint}"
    assert caught.value.exit_code == 1
    assert caught.value.hint
    assert own.read_text(encoding="utf-8") == written


def test_a_file_in_another_encoding_is_refused_by_its_line(own: Path) -> None:
    own.write_bytes('theme = "dark"\nauthor = "王工"\n'.encode("gb18030"))
    with pytest.raises(ConfigError, match=r"config\.toml, line 2: the text is not UTF-8"):
        load(own, {})


def test_a_file_saved_by_a_windows_editor_is_read(own: Path) -> None:
    own.write_bytes('\ufeffauthor = "王工"\r\ntheme = "light"\r\n'.encode())
    config = load(own, {})
    assert (config.author, config.shown("theme").line) == ("王工", 2)


def test_a_folder_in_its_place_is_a_clear_error(own: Path) -> None:
    own.mkdir()
    with pytest.raises(ConfigError, match="can't be read"):
        load(own, {})


def test_an_unknown_name_in_the_file_warns_and_stops_nothing(own: Path) -> None:
    own.write_text('theme = "light"\nspeeker = ["客户"]\n', encoding="utf-8")
    config = load(own, {})
    assert config.theme == "light"
    (warning,) = config.warnings
    for word in (str(own), "line 2", "speeker", "speakers"):
        assert word in warning


def test_an_impossible_value_in_the_environment_names_the_variable(own: Path) -> None:
    with pytest.raises(BadInput, match="WORKBENCH_LANG is “fr”"):
        _ = load(own, {"WORKBENCH_LANG": "fr"}).lang


@pytest.mark.parametrize("empty", ["WORKBENCH_AUTHOR", "WORKBENCH_LANG"])
def test_an_empty_variable_is_none(own: Path, empty: str) -> None:
    config = load(own, {empty: "", "LOGNAME": "wang"})
    assert (config.author, config.lang) == ("wang", "en")


# -- writing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("author", " 王工 ", "王工"),
        ("lang", "zh", "zh"),
        ("speakers", "客户，研发 售后、厂家,x", ("客户", "研发", "售后", "厂家", "x")),
        ("theme", "light", "light"),
        ("sync_minutes", "15", 15),
        ("keys.hold", "w F7 h", ("w", "F7", "h")),
        ("keys.preview", "", ()),
    ],
)
def test_what_is_set_is_there_at_the_next_start(
    own: Path, name: str, text: str, value: object
) -> None:
    shown = load(own, {}).set(name, text)
    assert shown.value == load(own, {}).get(name) == value
    assert shown.origin == "machine"
    assert not own.exists()


@pytest.mark.parametrize("text", ["-1", "often", "1.5", "", "١٥", "9" * 30])
def test_minutes_are_a_whole_number(own: Path, text: str) -> None:
    with pytest.raises(BadInput, match=r"sync_minutes is .* but must be a whole number"):
        load(own, {}).set("sync_minutes", text)


@pytest.mark.parametrize("written", ["true", "-5", "1.5", "[5]"])
def test_a_file_says_minutes_as_a_whole_number(own: Path, written: str) -> None:
    own.write_text(f"sync_minutes = {written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="sync_minutes"):
        load(own, {})
    own.write_text("sync_minutes = 5\n", encoding="utf-8")
    assert load(own, {}).sync_minutes == 5
    assert load(own, {}).shown("sync_minutes").json()["value"] == 5


def test_setting_one_thing_keeps_the_others(own: Path) -> None:
    load(own, {}).set("author", "王工")
    load(own, {}).set("keys.hold", "w")
    load(own, {}).set("keys.mark", "v")
    load(own, {}).set("author", "李工")
    config = load(own, {})
    assert config.author == "李工"
    assert config.keys == {"hold": ("w",), "mark": ("v",)}


def test_a_path_that_is_set_does_not_depend_on_where_one_stands(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    load(own, {}).set("db", "a.db")
    monkeypatch.chdir(tmp_path)
    assert load(own, {}).db == tmp_path / "here" / "a.db"


@pytest.mark.parametrize("name", ["athor", "keys.hol", "keys", "keys.", ""])
def test_an_unknown_setting_is_refused_with_the_nearest_names(own: Path, name: str) -> None:
    for act in (lambda config: config.get(name), lambda config: config.set(name, "x")):
        with pytest.raises(UnknownSetting) as caught:
            act(load(own, {}))
        assert f"“{name}”" in str(caught.value)
        assert caught.value.hint
    assert list(own.parent.iterdir()) == []


def test_nearest_names_are_named(own: Path) -> None:
    with pytest.raises(UnknownSetting) as caught:
        load(own, {}).get("athor")
    assert "author" in str(caught.value.hint)
    with pytest.raises(UnknownSetting) as caught:
        load(own, {}).get("keys.hol")
    assert "keys.hold" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("name", "text"), [("lang", "fr"), ("author", ""), ("author", "a\nb"), ("db", "")]
)
def test_an_impossible_value_is_refused_and_nothing_written(
    own: Path, name: str, text: str
) -> None:
    with pytest.raises(BadInput, match=name):
        load(own, {}).set(name, text)
    assert list(own.parent.iterdir()) == []


def test_what_the_own_file_sets_can_not_be_set(own: Path) -> None:
    written = '# mine\nlang = "en"\n[keys]\nhold = "w"\n'
    own.write_text(written, encoding="utf-8")
    for name, text, line in (("lang", "zh", 2), ("keys.hold", "!", 4)):
        with pytest.raises(ConfigError) as caught:
            load(own, {}).set(name, text)
        assert f"{own}, line {line}" in str(caught.value)
        assert caught.value.exit_code == 1
    assert own.read_text(encoding="utf-8") == written
    assert not own.with_name("settings.toml").exists()


def test_keys_that_clash_are_refused_when_set(own: Path) -> None:
    with pytest.raises(KeymapError, match=r"\(hold\) and “Mark” \(mark\)"):
        load(own, {}).set("keys.hold", "v")
    assert list(own.parent.iterdir()) == []


def test_keys_that_clash_in_the_file_are_refused_by_their_line(own: Path) -> None:
    own.write_text('[keys]\npreview = "P"\nhold = ["v"]\n', encoding="utf-8")
    config = load(own, {})
    assert config.theme == "dark"
    with pytest.raises(KeymapError) as caught:
        config.keymap()
    for word in (f"{own}, line 3:", "hold", "mark"):
        assert word in str(caught.value)


def test_an_unknown_act_in_the_file_is_refused_by_its_line(own: Path) -> None:
    own.write_text('[keys]\n\n"hald" = ["v"]\n', encoding="utf-8")
    config = load(own, {})
    assert "keys.hald" not in {shown.name for shown in config.show()}
    with pytest.raises(KeymapError) as caught:
        config.keymap()
    assert f"{own}, line 3:" in str(caught.value)
    assert "hold" in str(caught.value.hint)


def test_templates_are_the_programs_own_and_the_persons(own: Path) -> None:
    standard = load(own, {}).templates
    assert standard
    own.write_text('[templates]\n"转研发" = "转研发确认：{key} {title}"\n', encoding="utf-8")
    load(own, {}).set("templates.等待厂家", "等待厂家排查")
    load(own, {}).set(f"templates.{next(iter(standard))}", " ")
    config = load(own, {})
    assert config.templates == {
        **dict(list(standard.items())[1:]),
        "等待厂家": "等待厂家排查",
        "转研发": "转研发确认：{key} {title}",
    }
    shown = config.shown("templates.转研发")
    assert (shown.value, shown.line) == ("转研发确认：{key} {title}", 2)


@pytest.mark.parametrize(
    ("source", "line"),
    [('[templates]\na = "x"\nb = "{kee}"\n', 3), ("[templates]\na = 7\n", 2), ("templates = 1", 1)],
)
def test_a_template_that_can_not_be_is_refused_by_its_line(
    own: Path, source: str, line: int
) -> None:
    own.write_text(source, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"line {line}: templates"):
        load(own, {})


def test_chosen_keys_make_the_keymap(own: Path) -> None:
    own.write_text('[keys]\nhold = ["!"]\nrun_own = []\n', encoding="utf-8")
    assert load(own, {}).keymap()["hold"] == ("exclamation_mark", "fullwidth_exclamation_mark")


def test_the_own_file_may_be_called_like_the_machines(tmp_path: Path) -> None:
    own = tmp_path / "settings.toml"
    own.write_text('# mine\nauthor = "王工"\n', encoding="utf-8")
    load(own, {}).set("theme", "light")
    config = load(own, {})
    assert (config.author, config.theme) == ("王工", "light")
    assert own.read_text(encoding="utf-8") == '# mine\nauthor = "王工"\n'


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    own = tmp_path / "a" / "b" / "config.toml"
    load(own, {}).set("author", "王工")
    assert load(own, {}).author == "王工"


def test_a_place_that_can_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkbenchError) as caught:
        load(tmp_path / "file" / "config.toml", {}).set("author", "王工")
    assert "can't be" in str(caught.value)


def test_a_broken_machine_file_says_that_it_may_be_deleted(own: Path) -> None:
    machine = own.with_name("settings.toml")
    machine.write_text("theme =\n")
    with pytest.raises(ConfigError) as caught:
        load(own, {})
    assert f"{machine}, line 1:" in str(caught.value)
    assert "Delete" in str(caught.value.hint)


POINTS = (
    "config:before-fsync",
    "config:after-fsync",
    "config:before-rename",
    "config:after-rename",
    "config:before-folder-fsync",
    "config:after-folder-fsync",
)

KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.config import load
from workbench.local import points
from workbench.settings import TABLES, TEXTUAL_THEMES
from workbench.userfolders import default_config, default_db

def die(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

points.hook = die
load(Path(sys.argv[1]), {}).set("author", "new")
"""


def test_the_points_of_writing_are_passed_in_this_order(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    monkeypatch.setattr(points, "hook", passed.append)
    load(own, {}).set("author", "王工")
    assert tuple(passed) == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_dies_while_it_writes_leaves_the_old_file_or_the_new_one(
    own: Path, point: str
) -> None:
    load(own, {}).set("author", "old")
    load(own, {}).set("theme", "light")
    died = subprocess.run([sys.executable, "-c", KILLED, str(own), point], check=False)
    assert died.returncode == -9
    config = load(own, {})
    done = point in POINTS[3:]
    assert (config.author, config.theme) == ("new" if done else "old", "light")
    config.set("author", "later")
    assert load(own, {}).author == "later"
    assert sorted(path.name for path in own.parent.iterdir()) == ["settings.toml"]


def test_two_processes_that_set_at_once_lose_nothing(own: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from workbench.config import load\n"
        "for turn in range(20): load(Path(sys.argv[1]), {}).set(sys.argv[2], sys.argv[3])\n"
    )
    told = [("author", "王工"), ("keys.hold", "w"), ("theme", "light")]
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(own), name, text])
        for name, text in told
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    config = load(own, {})
    assert (config.author, config.theme, config.keys) == ("王工", "light", {"hold": ("w",)})


def test_reading_no_file_loads_no_toml_library(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from workbench.config import load\n"
        f"load(Path({str(tmp_path / 'config.toml')!r}), {{'LOGNAME': 'a'}}).author\n"
        "print(*sorted(set(sys.modules) & "
        "{'tomllib', 'tomli_w', 'platformdirs', 'textual', 'rich', 'gettext', 'sqlite3', "
        "'workbench.commands'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == ""


def test_without_variables_the_system_says_who_one_is(own: Path) -> None:
    assert load(own, {}).author == pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize("named", ["", "/elsewhere/配置", "relative", "~/x"])
def test_the_usual_folders_are_those_of_the_system(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, named)
    folders = platformdirs.PlatformDirs("workbench", appauthor=False)
    assert default_config() == os.path.join(folders.user_config_dir, "config.toml")
    assert default_db() == os.path.join(folders.user_data_dir, "workbench.db")


# -- colours, lines, commands of one's own ---------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "line", "word"),
    [
        ("themes = 5\n", 1, "no table"),
        ('[themes]\ndusk = "blue"\n', 2, "table of colours"),
        ('[themes.dusk]\nforeground = "#eeeeee"\ndark = "yes"\n', 3, "neither true nor false"),
        ('[themes.dusk]\ndark = true\nbackgrund = "#000000"\n', 3, "no colour “backgrund”"),
        ('[themes.dusk]\nbackground = "black"\n', 2, "no colour"),
        ('[templates]\na = "x"\n\nb = "{ordr}"\n', 4, "templates.b"),
        ('[themes.dusk]\nforeground = "#222222"\nbackground = "#111111"\n', 1, "too alike"),
        ('[themes.dusk]\ncursor = "#ffffff"\ncursor_text = "#eeeeee"\n', 1, "too alike"),
        ('\ntheme = "dusk"\n', 2, "There is no theme “dusk”"),
        ('[commands]\nlog = ""\n', 2, "no command"),
        ('[commands]\nlog = "xdg-open \'x"\n', 2, "quote"),
        ('[commands]\nlog = "xdg-open {ordr}"\n', 2, "no field “ordr”"),
    ],
)
def test_what_no_screen_could_use_is_refused_by_its_line(
    own: Path, written: str, line: int, word: str
) -> None:
    own.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(own, {})
    assert f"line {line}" in str(caught.value)
    assert word in str(caught.value)


def test_a_theme_of_ones_own_takes_from_ours_what_it_leaves_out(own: Path) -> None:
    own.write_text(
        'theme = "雾"\n[themes."雾"]\ndark = false\nbackground = "#F0F0F0"\ncursor = "#DDE0FF"\n',
        encoding="utf-8",
    )
    config = load(own, {})
    assert config.theme == "雾"
    mine, light = config.themes["雾"], OURS["light"]
    assert (mine.background, mine.foreground) == ("#F0F0F0", light.foreground)
    assert mine.cursor == (light.cursor[0], "#DDE0FF")
    assert not mine.dark
    assert config.theme_names()[:3] == ["雾", "dark", "light"]


def test_a_theme_is_set_by_name_and_one_that_went_away_harms_nothing(own: Path) -> None:
    with pytest.raises(BadInput, match="no theme “雾”"):
        load(own, {}).set("theme", "雾")
    own.write_text('[themes."雾"]\nprimary = "#88c0d0"\n', encoding="utf-8")
    assert load(own, {}).set("theme", "雾").value == "雾"
    own.unlink()
    assert load(own, {}).theme == "dark"
    assert load(own, {}).set("theme", "gruvbox").value == "gruvbox"


def test_every_theme_is_one_of_textuals() -> None:
    theme = pytest.importorskip("textual.theme")
    assert {"dark", "light"} == set(OURS)
    assert set(TEXTUAL_THEMES) <= set(theme.BUILTIN_THEMES)
    assert all(contrast(one.foreground, one.background) >= 7 for one in OURS.values())


@pytest.mark.parametrize(
    ("written", "env", "slow"),
    [
        ("auto", {}, False),
        ("auto", {"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, True),
        ("off", {"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, False),
        ("on", {}, True),
    ],
)
def test_a_line_is_spared_over_ssh_or_when_asked(
    own: Path, written: str, env: dict[str, str], slow: bool
) -> None:
    load(own, {}).set("slow_link", written)
    assert load(own, env).slow_link is slow
