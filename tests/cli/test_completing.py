"""What Tab offers: by a real bash where it cuts words, and by what zsh and fish are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class

from tests.cli.conftest import PAGE, Cli, environment
from workbench.cli.call import Call
from workbench.cli.group import program
from workbench.cli.running import COMPLETION

SCRIPT = r"""
source workbench.bash
offered() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
            _workbench_completion workbench; printf '%s|' "${COMPREPLY[@]}"; echo; }
offered workbench list status : un
offered workbench list --view 'to\ t'
offered workbench list "'充电 status:un"
offered workbench list '"(充电 OR status:un'
offered workbench list "'充电 status:un'"
offered workbench list status : "'un"
offered workbench list --view "'it'\''s"
offered workbench list --view '"a\"b '
offered workbench list --view 'a\"b'
offered workbench --db=gone.db show 9
"""


def shell_environment(folder: Path) -> dict[str, str]:
    """Return an environment in which this program is called ``workbench``."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **environment(folder), "PATH": path}


def told(shell: str, *words: str) -> list[str]:
    """Return what a shell of that kind is told for the last word, a line each."""
    call = Call()
    kind = get_completion_class(shell)
    assert kind is not None
    asked = kind(program, {"obj": call}, "workbench", COMPLETION)
    try:
        found = asked.get_completions(list(words[:-1]), words[-1])
        return [asked.format_completion(item) for item in found]
    finally:
        call.close()


@pytest.mark.skipif(os.name == "nt", reason="there is no bash")
def test_bash_completes_words_with_colons_spaces_and_quotes(paged: Cli) -> None:
    for name in ("it's so", 'a"b $c\\d'):
        paged("view", "save", name, "充电")
    env = shell_environment(paged.folder)
    made = subprocess.run(
        ["workbench"], env={**env, "_WORKBENCH_COMPLETE": "bash_source"}, stdout=subprocess.PIPE
    )
    (paged.folder / "workbench.bash").write_bytes(made.stdout)
    done = subprocess.run(
        ["bash", "--norc", "-c", SCRIPT],
        env=env,
        cwd=paged.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "unset|",
        r"to\ triage|",
        "充电 status:unset|",
        "(充电 OR status:unset|",
        r"充电\ status:unset|",
        "unset|",
        "s so|",
        r"a\"b \$c\\d|",
        r"a\"b\ \$c\\d|",
        "|",
    ]
    assert done.stderr == ""
    assert not (paged.folder / "gone.db").exists()


@pytest.mark.usefixtures("paged")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["sta"], ["status", "stats"]),
        (["show", "9"], ["9"]),
        (["show", "nova#"], ["nova#7", "nova#8", "nova#9"]),
        (["show", "NOVA_case#8"], ["nova_case#8_20240601"]),
        (["status", "9", "on_"], ["on_hold"]),
        (["list", "speaker:客"], ["speaker:客户"]),
        (["list", "状态：处"], ["状态：处理中"]),
        (["assign", "9", "+K"], ["+Kay"]),
        (["assign", "9", "-K"], ["-Kay"]),
        (["new", "n"], ["nova"]),
        (["view", "remove", "my"], ["my own"]),
        (["config", "get", "the"], ["theme"]),
        (["config", "set", "keys.und"], ["keys.undo"]),
        (["edit", "9", "ti"], ["title"]),
        (["store", "remove", "t"], ["team"]),
        (["sync", "--dry"], ["--dry-run"]),
        (["import", "x.t"], ["x.t"]),
    ],
    ids=" ".join,
)
def test_what_is_offered_for_a_word(paged: Cli, words: list[str], offered: list[str]) -> None:
    paged("store", "add", "team", str(paged.folder / "team"))
    paged("view", "save", "my own", "客户")
    assert [line.partition(",")[2].partition("\t")[0] for line in told("fish", *words)] == offered


@pytest.mark.usefixtures("paged")
def test_zsh_and_fish_are_told_the_titles_too() -> None:
    assert told("zsh", "show", "nova#8") == ["plain\nnova#8\n扫码失败"]
    assert told("fish", "show", "8") == ["plain,8\t扫码失败"]
    newest = told("fish", "show", "")
    assert newest[0] == "plain,nova_case#9_20240612\t两台桩离线"
    assert len(newest) == 3


def test_a_number_that_two_cases_claim_is_offered_as_their_keys(paged: Cli) -> None:
    other = Path(paged.page(*PAGE, name="terra_9.txt"))
    other.write_text(
        other.read_text(encoding="utf-8").replace("nova_case", "terra_case"), encoding="utf-8"
    )
    paged("import", str(other))
    named = [line.partition(",")[2].partition("\t")[0] for line in told("fish", "show", "9")]
    assert sorted(named) == ["nova_case#9_20240612", "terra_case#9_20240612"]


def test_completing_loads_no_screen_and_little_else(paged: Cli) -> None:
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules))\n"
        "from workbench.main import main; main([])"
    )
    asked = {"_WORKBENCH_COMPLETE": "fish_complete", "COMP_WORDS": "workbench sh", "COMP_CWORD": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**shell_environment(paged.folder), **asked},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    loaded = set(done.stdout.split())
    assert "workbench.cli.completing" in loaded
    assert not loaded & {"textual", "rich", "sqlite_utils", "workbench.desk", "workbench.local"}
