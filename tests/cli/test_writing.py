"""The commands that write: what they print, and the mistakes they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cli.conftest import Cli


def texts(cli: Cli, case: str, *words: str) -> list[str]:
    """Return the texts of a case's entries."""
    return [entry["text"] for entry in cli.ok("show", case, *words)["entries"]]


def test_a_new_case_prints_its_key(cli: Cli) -> None:
    ran = cli("new", "nova", "充电桩\n不启动", "--date", "2024-06-12", "--title", "启动")
    assert (ran.code, ran.err) == (0, "")
    case = cli.ok("show", ran.out.strip())
    assert (case["key"], case["title"], case["problem"]) == (
        ran.out.strip(),
        "启动",
        "充电桩\n不启动",
    )
    assert (case["project"], case["opened_on"], case["status"]) == ("nova", "2024-06-12", "unset")


def test_a_new_case_from_stdin_as_json(cli: Cli) -> None:
    case = cli.ok("new", "nova", "-", stdin="第一行\n第二行\n".encode())
    assert (case["title"], case["problem"]) == ("第一行", "第一行\n第二行")
    assert case == cli.ok("show", case["key"])


def test_a_new_case_says_who_knows_its_numbers(paged: Cli) -> None:
    ran = paged("new", "nova", "又是 13900000317 打来")
    assert ran.code == 0
    assert "13900000317" in ran.err
    assert "nova_case#9_20240612" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("nova", ""),
        ("nova", " \n"),
        ("nova",),
        ("", "x"),
        ("nova", "x", "--date", "2024-02-30"),
        ("nova", "x", "--date", "gestern"),
    ],
)
def test_a_new_case_wants_a_text_and_a_possible_date(cli: Cli, words: tuple[str, ...]) -> None:
    cli.fails(2, "new", *words)
    assert cli.ok("list") == []


def test_a_note_prints_its_id(paged: Cli) -> None:
    ran = paged("note", "9", "-5 °C 时停充", "--speaker", "客户", "--happened", "2024-06-13")
    assert (ran.code, ran.err) == (0, "Entry 3 of nova_case#9_20240612.\n")
    entry = paged.ok("show", "9")["entries"][-1]
    assert ran.out == entry["id"] + "\n"
    assert (entry["text"], entry["speaker"], entry["author"]) == ("-5 °C 时停充", "客户", "陈一")
    assert entry["happened_on"] == "2024-06-13"


def test_a_note_answers_an_entry_named_by_position_or_id(paged: Cli) -> None:
    first = paged.ok("note", "9", "问一下", "--reply-to", "1")
    parent = paged.ok("show", "9")["entries"][0]["id"]
    assert (first["reply_to"], first["position"]) == (parent, 2)
    second = paged.ok("note", "9", "再问", "--reply-to", first["id"])
    assert second["reply_to"] == first["id"]
    paged.fails(3, "note", "9", "x", "--reply-to", "77")
    assert len(paged.ok("show", "9")["entries"]) == 4


def test_a_note_from_stdin_keeps_its_lines(paged: Cli) -> None:
    paged.ok("note", "8", "-", stdin="第一行\n\n  缩进\n".encode())
    assert texts(paged, "8")[-1] == "第一行\n\n  缩进"


@pytest.mark.parametrize("stdin", [b"", b"\n", b"\xb3\xe4"])
def test_a_note_wants_text(paged: Cli, stdin: bytes) -> None:
    paged.fails(1 if stdin == b"\xb3\xe4" else 2, "note", "8", "-", stdin=stdin)
    paged.fails(2, "note", "8", "")
    assert texts(paged, "8") == ["没有标签的一段"]


def test_two_arguments_edit_the_problem(paged: Cli) -> None:
    case = paged.ok("edit", "8", "扫码后没有反应")
    assert (case["problem"], case["title"]) == ("扫码后没有反应", "扫码后没有反应")
    paged.ok("edit", "8", "-", stdin="来自标准输入\n".encode())
    assert paged.ok("show", "8")["problem"] == "来自标准输入"


def test_a_number_that_is_no_entry_is_a_problem(paged: Cli) -> None:
    assert paged.ok("edit", "8", "77")["problem"] == "77"


def test_an_entry_without_text_is_no_problem(paged: Cli) -> None:
    entry = paged.ok("show", "9")["entries"][0]["id"]
    for name in ("1", "2", entry):
        assert "give the text, or say problem" in paged.fails(2, "edit", "9", name)
    assert paged.ok("show", "9")["problem"].startswith("两台桩离线")
    assert paged.ok("edit", "9", "problem", "1")["problem"] == "1"


def test_three_arguments_edit_what_is_named(paged: Cli) -> None:
    assert paged.ok("edit", "9", "title", "短标题")["title"] == "短标题"
    entry = paged.ok("edit", "9", "2", "送电了", "--speaker", "NOVA")
    assert (entry["text"], entry["speaker"], entry["edited"]) == ("送电了", "NOVA", True)
    assert texts(paged, "9") == ["现场断电了", "送电了"]


def test_a_date_answers_the_question_and_leaves_the_key(paged: Cli) -> None:
    case = paged.ok("edit", "7", "date", "2024-05-09")
    assert (case["opened_on"], case["date_raw"], case["key"], case["questions"]) == (
        "2024-05-09",
        "202405009",
        "nova_case#7_202405009",
        [],
    )
    paged.fails(2, "edit", "7", "date", "2024-05-32")


def test_an_entrys_speaker_and_time_are_edited_alone(paged: Cli) -> None:
    entry = paged.ok("edit", "8", "1", "--speaker", "客户", "--happened", "2024-06-02 09:30")
    assert (entry["speaker"], entry["text"]) == ("客户", "没有标签的一段")
    assert entry["happened_on"].startswith("2024-06-02")
    paged.fails(2, "edit", "8", "1", "--happened", "昨天晚上")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2, ("9",)),
        (2, ("9", "title")),
        (2, ("9", "problem")),
        (2, ("9", "title", "x", "--speaker", "LM")),
        (2, ("9", "date", "--happened", "2024-01-01")),
        (2, ("9", "1", "--seen", "x")),
        (2, ("9", "title", "")),
        (3, ("9", "77", "x")),
        (3, ("9", "77", "--speaker", "x")),
        (3, ("999", "x")),
    ],
)
def test_edits_that_make_no_sense(paged: Cli, code: int, words: tuple[str, ...]) -> None:
    before = paged.ok("show", "9")
    paged.fails(code, "edit", *words)
    assert paged.ok("show", "9") == before


def test_an_edit_of_what_somebody_changed_meanwhile_leaves_a_decision(paged: Cli) -> None:
    paged.ok("edit", "8", "title", "旧标题")
    seen = paged.ok("history", "8")[-1]["id"]
    paged.ok("edit", "8", "title", "林的标题", "--author", "林")
    ran = paged("edit", "8", "title", "我的标题", "--seen", seen, "--json")
    assert ran.code == 4
    assert ran.json["decisions"] == 1
    assert "workbench decisions" in ran.err
    (decision,) = paged.ok("decisions")
    assert (decision["case"], decision["field"], decision["entry"]) == (
        "nova_case#8_20240601",
        "title",
        None,
    )
    assert decision["ancestor"] == "旧标题"
    assert [(one["value"], one["author"]) for one in decision["values"]] == [
        ("林的标题", "林"),
        ("我的标题", "陈一"),
    ]
    text = paged("decisions").out
    assert decision["id"] in text
    assert "  1  林  " in text
    for words in ((), ("3",), ("0",), ("x",), ("1", "--text", "y"), ("--text", " ")):
        paged.fails(2, "decide", decision["id"], *words)
    paged.fails(3, "decide", "nosuchid", "1")
    case = paged.ok("decide", decision["id"], "1")
    assert (case["title"], case["decisions"]) == ("林的标题", 0)
    assert paged.ok("decisions") == []
    paged.fails(3, "decide", decision["id"], "1")


def test_a_decision_may_be_a_third_value(paged: Cli) -> None:
    paged.ok("edit", "9", "1", "旧的话")
    seen = paged.ok("history", "9")[-1]["id"]
    paged.ok("edit", "9", "1", "林的话", "--author", "林")
    assert paged("edit", "9", "1", "我的话", "--seen", seen).code == 4
    (decision,) = paged.ok("decisions")
    assert decision["field"] == "text"
    entry = paged.ok("decide", decision["id"], "--text", "两个都对")
    assert entry["text"] == "两个都对"
    assert entry["id"] == decision["entry"]


def test_hidden_things_are_out_of_sight(paged: Cli) -> None:
    entry = paged.ok("hide", "9", "1")
    assert (entry["hidden"], entry["position"]) == (True, 1)
    assert texts(paged, "9") == ["已送电"]
    assert texts(paged, "9", "--hidden") == ["现场断电了", "已送电"]
    assert paged.ok("unhide", "9", "1")["hidden"] is False
    assert paged.ok("hide", "9")["hidden"] is True
    assert [row["number"] for row in paged.ok("list")].count(9) == 0
    assert [row["number"] for row in paged.ok("list", "is:hidden")] == [9]
    assert paged.ok("unhide", "9")["hidden"] is False


def test_a_redaction_says_that_the_wiki_still_has_the_text(paged: Cli) -> None:
    assert "The wiki is beyond reach" in paged("redact", "9", "1", "--why", "隐私").err
    key = paged.ok("new", "nova", "不在任何页面上")["key"]
    assert "wiki" not in paged("redact", key, "problem", "--why", "隐私").err


def test_redacted_text_is_gone(paged: Cli) -> None:
    case = paged.ok("redact", "9", "problem", "--text", "13900000317", "--why", "隐私")
    assert "13900000317" not in str(case)
    entry = paged.ok("redact", "9", "1", "--why", "隐私")
    assert entry["redacted"] is True
    told = paged("history", "9").out
    assert "▇  (隐私)" in told
    assert "▇ → ▇" not in told
    assert "断电" not in paged("show", "9", "--json").out + paged("history", "9", "--json").out
    for path in paged.folder.glob("cases.db*"):
        raw = path.read_bytes()
        assert b"13900000317" not in raw
        assert "现场断电".encode() not in raw


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2, ("9", "problem")),
        (2, ("9", "problem", "--why", " ")),
        (2, ("9", "problem", "--why", "x", "--text", "")),
        (3, ("9", "77", "--why", "x")),
        (2, ("9",)),
    ],
)
def test_a_redaction_says_what_and_why(paged: Cli, code: int, words: tuple[str, ...]) -> None:
    paged.fails(code, "redact", *words)
    assert "13900000317" in paged.ok("show", "9")["problem"]


def test_a_status_goes_to_all_cases_or_none(paged: Cli) -> None:
    cases = paged.ok("status", "9", "nova#8", "7", "in_progress")
    assert [(case["number"], case["status"]) for case in cases] == [
        (9, "in_progress"),
        (8, "in_progress"),
        (7, "in_progress"),
    ]
    assert "entries" in cases[0]
    paged.fails(3, "status", "9", "999", "8", "resolved")
    assert {row["status"] for row in paged.ok("list")} == {"in_progress"}


def test_a_hold_has_a_day_and_a_reason(paged: Cli) -> None:
    (case,) = paged.ok("status", "9", "on_hold", "--until", "2031-02-03", "--why", "等备件")
    assert (case["status_until"], case["status_why"], case["awake"]) == (
        "2031-02-03",
        "等备件",
        False,
    )
    (case,) = paged.ok("status", "9", "on_hold", "--until", "2021-02-03")
    assert (case["status_until"], case["status_why"], case["awake"]) == ("2021-02-03", None, True)
    paged.fails(2, "status", "9", "on_hold", "--until", "2021-02-31")
    paged.fails(2, "status", "9", "resolved", "--why", "x")


def test_a_status_in_the_teams_words_and_text_for_a_person(paged: Cli) -> None:
    ran = paged("status", "8", "已解决", "--lang", "zh")
    assert (ran.code, ran.out) == (0, "nova_case#8_20240601  已解决\n")
    again = paged("status", "8", "resolved")
    assert (again.code, again.out) == (0, "nova_case#8_20240601  Resolved\n")
    assert "already" in again.err


@pytest.mark.parametrize("words", [(), ("9",), ("resolved",), ("9", "done"), ("9", "Resolved")])
def test_a_status_wants_cases_and_a_value(paged: Cli, words: tuple[str, ...]) -> None:
    paged.fails(2, "status", *words)


@pytest.mark.parametrize(("command", "field"), [("assign", "engineers"), ("tag", "tags")])
def test_names_are_added_and_taken_off(paged: Cli, command: str, field: str) -> None:
    cases = paged.ok(command, "8", "+甲", "7", "＋乙", "+丙")
    assert [sorted(case[field])[-3:] for case in cases] == [sorted("甲乙丙")] * 2
    (case,) = paged.ok(command, "8", "-甲", "－乙")
    assert case[field] == ["丙"]
    paged.fails(2, command, "8")
    paged.fails(2, command, "+甲")
    paged.fails(3, command, "8", "999", "+丁")
    assert "丁" not in paged.ok("show", "8")[field]


def test_an_act_is_taken_back_as_a_whole_and_done_again(paged: Cli) -> None:
    paged.ok("status", "9", "8", "on_hold")
    undone = paged.ok("undo")
    assert sorted((item["case"], item["new"]) for item in undone) == [
        ("nova_case#8_20240601", "unset"),
        ("nova_case#9_20240612", "resolved"),
    ]
    assert paged.ok("show", "9")["status"] == "resolved"
    paged.ok("undo", "--redo")
    assert paged.ok("show", "9")["status"] == "on_hold"
    assert paged.ok("show", "8")["status"] == "on_hold"


def test_undo_names_what_was_done_where_it_only_hides_it_or_shows_it(paged: Cli) -> None:
    paged.ok("note", "9", "丁")
    assert "  undone: " in (out := paged("undo").out)
    assert "entry added" in out
    assert "done again: " in (out := paged("undo", "--redo").out)
    assert "entry added" in out
    paged.ok("hide", "9")
    assert "case hid" in paged("undo").out
    assert "showed again" not in paged("undo", "--redo").out
    assert [item["act"] for item in paged.ok("undo")] == ["unhide"]  # what it wrote


def test_nothing_to_take_back(cli: Cli) -> None:
    cli.fails(1, "undo")
    cli.fails(1, "undo", "--redo", "--json")


def test_what_was_replaced_since_is_left_and_said(paged: Cli) -> None:
    paged.ok("edit", "8", "title", "新标题", "--author", "林")
    paged.ok("redact", "8", "title", "--why", "含客户姓名")
    ran = paged("undo", "--json")
    assert (ran.code, ran.json) == (4, [])
    assert "nova_case#8_20240601" in ran.err
    assert "redacted" in ran.err


def test_taking_back_one_of_two_values_leaves_the_other(paged: Cli) -> None:
    paged.ok("edit", "8", "title", "旧标题")
    seen = paged.ok("history", "8")[-1]["id"]
    paged.ok("edit", "8", "title", "林的标题", "--author", "林")
    assert paged("edit", "8", "title", "我的标题", "--seen", seen).code == 4
    paged.ok("undo")
    case = paged.ok("show", "8")
    assert (case["title"], case["decisions"]) == ("林的标题", 0)


def test_a_case_hidden_by_undo_is_still_called_by_its_key(cli: Cli) -> None:
    key = cli("new", "nova", "充电桩").out.strip()
    ran = cli("undo")
    assert ran.code == 0
    assert ran.out.startswith(key + "  ")
    assert cli.ok("list") == []
    assert cli.ok("show", key)["hidden"] is True


def test_days_are_read_alike_wherever_they_are_asked_for(cli: Cli) -> None:
    key = cli.ok("new", "nova", "离线", "--date", "昨天")["key"]
    today = date.today()
    assert cli.ok("show", key)["opened_on"] == str(today - timedelta(days=1))
    for word in ("三天后", "+3", "3d"):
        (case,) = cli.ok("status", key, "on_hold", "--until", word)
        assert case["status_until"] == str(today + timedelta(days=3))
    assert cli.ok("show", key, "--as-of", "今天")["key"] == key
    said = cli.fails(2, "status", key, "on_hold", "--until", "someday")
    assert str(today + timedelta(days=7)) in said
