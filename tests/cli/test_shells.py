"""What shells do with the completion script that they are given; how bash cuts: test_completing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_completing import shell_environment
from tests.tui.ptyscreen import PtyScreen

RUN = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
CLEAR_LINE = "\x15"


def needs(shell: str) -> pytest.MarkDecorator:
    """Return the mark of a test that is skipped where the shell is not installed."""
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"there is no {shell}")


def script(cli: Cli, shell: str) -> Path:
    """Write the script for a shell, as the README says."""
    path = cli.folder / f"workbench.{shell}"
    env = {**shell_environment(cli.folder), "_WORKBENCH_COMPLETE": f"{shell}_source"}
    path.write_bytes(subprocess.run(["workbench"], env=env, stdout=subprocess.PIPE).stdout)
    return path


@pytest.fixture
def comma(paged: Cli) -> Cli:
    """Return a command line on cases of which one has a comma in its title."""
    paged("edit", "8", "title", "扫码失败,请重试")
    return paged


@needs("fish")
def test_fish_completes_words_and_titles_with_commas(comma: Cli) -> None:
    asked = ("list status:unset,in", "list -status:res", "show nova#8", "list --view 'to t")
    lines = [f"source {script(comma, 'fish')}", *(f'complete -C "workbench {a}"' for a in asked)]
    done = subprocess.run(
        ["fish", "--no-config", "-c", "\n".join(lines)],
        env={**shell_environment(comma.folder), "HOME": str(comma.folder)},
        cwd=comma.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "status:unset,in_progress",
        "-status:resolved",
        "nova#8\t扫码失败,请重试",
        "to triage\tstatus:unset OR is:awake",
    ]
    assert done.stderr == ""


@needs("zsh")
def test_zsh_completes_on_a_terminal(comma: Cli) -> None:
    env = {**shell_environment(comma.folder), "HOME": str(comma.folder), "LC_ALL": "C.UTF-8"}
    with PtyScreen(["-c", RUN, "zsh", "-f", "-i"], env=env, columns=100) as zsh:
        zsh.send("PROMPT='%# '; autoload -Uz compinit; compinit -u -D; unsetopt listambiguous\r")
        zsh.send(f". {script(comma, 'zsh')} && print rea''dy\r")
        zsh.wait_for("ready")
        for typed, completed in (
            ("list status:unset,in", "list status:unset,in_progress"),
            ("list -status:res", "list -status:resolved"),
            ("list --view 'to t", "list --view 'to triage'"),
            ("show nova", "扫码失败,请重试"),
        ):
            zsh.send(f"{CLEAR_LINE}workbench {typed}")
            zsh.wait_for(f"workbench {typed}")
            zsh.send("\t")
            zsh.wait_for(completed)


@needs("bash")
def test_bash_keeps_what_stands_in_quotes_on_a_terminal(comma: Cli) -> None:
    env = {**shell_environment(comma.folder), "HOME": str(comma.folder), "LC_ALL": "C.UTF-8"}
    with PtyScreen(["-c", RUN, "bash", "--norc", "-i"], env=env, columns=100) as bash:
        bash.send(f"PS1='$ '; . {script(comma, 'bash')} && echo rea''dy\r")
        bash.wait_for("ready")
        for typed, completed in (
            ("list '充电 status:un", "list '充电 status:unset'"),
            ('list "充电 status:unset,in', 'list "充电 status:unset,in_progress"'),
            ("list '充电 status:un'", "list 充电\\ status:unset"),
            ("list --view 'to t", "list --view 'to triage'"),
        ):
            bash.send(f"{CLEAR_LINE}workbench {typed}")
            bash.wait_for(f"workbench {typed}")
            bash.send("\t")
            bash.wait_for(completed)
