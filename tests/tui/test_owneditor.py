"""An editor of one's own: real programs that write, fail or are not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.cases.errors import BadInput
from workbench.tui.owneditor import command, write_in

TEXT = "第一行\n桩 12# [/x]\n"


def program(tmp_path: Path, source: str) -> list[str]:
    """Return a command that runs ``source`` with the file's path in ``path``."""
    script = tmp_path / "an editor.py"
    script.write_text(f"import sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n{source}")
    return [sys.executable, str(script)]


def test_the_variable_is_read_as_a_shell_reads_it() -> None:
    assert command({"EDITOR": "vim -c 'set ft=markdown'"}) == ["vim", "-c", "set ft=markdown"]
    assert command({"EDITOR": "vi", "VISUAL": "code --wait"}) == ["code", "--wait"]
    with pytest.raises(BadInput, match="No editor"):
        command({"VISUAL": " "})
    with pytest.raises(BadInput, match="could not be used"):
        command({"EDITOR": "vim 'x"})


def test_what_was_written_comes_back_and_the_file_is_gone(tmp_path: Path) -> None:
    told = tmp_path / "told"
    editor = program(
        tmp_path,
        f"Path({str(told)!r}).write_text(f'{{path}} {{path.stat().st_mode & 0o77}}')\n"
        "path.write_text(path.read_text('utf-8') + '【LM】：好', 'utf-8')",
    )
    assert write_in(editor, TEXT) == TEXT + "【LM】：好"
    where, others = told.read_text().rsplit(" ", 1)
    assert not Path(where).exists()
    assert not Path(where).parent.exists(), "the folder that only its owner may enter"
    assert int(others) & 0o22 == 0


def test_the_newline_that_an_editor_adds_is_not_the_texts(tmp_path: Path) -> None:
    editor = program(tmp_path, "path.write_text(path.read_text('utf-8') + '\\n', 'utf-8')")
    assert write_in(editor, "一行") == "一行"


@pytest.mark.parametrize("source", ["sys.exit(3)", "path.write_bytes(b'\\xff\\xfe')"])
def test_an_editor_that_fails_changes_nothing(tmp_path: Path, source: str) -> None:
    with pytest.raises(BadInput, match="could not be used"):
        write_in(program(tmp_path, source), TEXT)


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(BadInput, match="no-such-editor"):
        write_in(["no-such-editor"], TEXT)
