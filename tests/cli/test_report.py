"""What a person reads: tables and reports, with hostile text in every field."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from rich.cells import cell_len

from tests.cli import values
from workbench import language
from workbench.cli.report import case_report, decision_report, history_line
from workbench.cli.table import draw_cases

ACTS_ON_TERMINAL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)


@pytest.mark.parametrize(
    "text",
    [
        case_report(values.case()),
        history_line(values.change()),
        decision_report(values.decision()),
        draw_cases([values.summary(), values.summary(2)]),
    ],
    ids=["report", "history", "decision", "table"],
)
def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    assert not ACTS_ON_TERMINAL.search(text)
    assert values.SHOWN[:20] in text


def test_a_report_names_everything_that_is_known() -> None:
    text = case_report(values.case())
    head, _, thread = text.partition("\nThread: 2 entries\n")
    assert head.startswith("nova_case#1_20210224  On hold until 2021-03-01 (")
    assert f"phone: {values.SHOWN}" in head
    assert f"[picture {values.SHOWN} 334×222]" in head
    assert ", lines 5–27, 25.8–25.10" in head
    assert "≠ Decisions: 1" in head
    assert f"\n  1  【{values.SHOWN}】" in thread
    assert f"\n      2  ↳ 【{values.SHOWN}】" in thread
    assert thread.count(values.SHOWN + "\n") >= 3


def test_a_hidden_case_and_an_entry_without_speaker_are_said_to_be_so() -> None:
    case = values.case()
    quiet = values.entry()._replace(speaker=None, author=None, hidden=True)
    hidden = case.summary._replace(hidden=True)
    shown = case_report(case._replace(summary=hidden, entries=(quiet,)))
    assert "  (hidden)\n" in shown
    assert "1  nobody named  " in shown
    assert "(edited, hidden)" in shown


def test_a_table_without_terminal_has_whole_keys_and_one_row_a_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    long = values.summary()._replace(key="nova_case#1000000_20210224", title="长" * 200)
    lines = draw_cases([long, values.summary(7)]).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("nova_case#1000000_20210224  On hold!≠?  长长")
    assert "…" in lines[1]
    assert " 2 +1  " in lines[1]
    assert all(cell_len(line) <= 120 for line in lines)
    assert "\x1b" not in "".join(lines)


def test_a_narrow_table_keeps_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = draw_cases([values.summary(n, "充电桩离线" * 5) for n in (8, 97)]).splitlines()
    assert [line.split()[0] for line in lines[1:]] == [
        "nova_case#8_20210224",
        "nova_case#97_20210224",
    ]
    assert all(cell_len(line) <= 60 for line in lines)


def test_the_team_reads_its_own_words() -> None:
    language.setup("zh")
    try:
        assert "暂搁置" in draw_cases([values.summary()])
    finally:
        language.setup("en")


def test_lines_of_text_load_no_rich() -> None:
    code = (
        "import sys\n"
        "from tests.cli import values\n"
        "from workbench.cli.report import case_report\n"
        "case_report(values.case())\n"
        "print([name for name in ('rich', 'textual', 'sqlite_utils') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
