"""Cases written as a wiki page: read again, the page changes nothing, whatever people wrote."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.stage import Copy, Wiki, counts, shared
from tests.pages import PageCase, PageEntry, page_source
from workbench.cases.errors import NotFound, WorkbenchError
from workbench.desk import Desk, case_json
from workbench.exchange.writer import page

PIECES = [
    *"~*/-_^,#[](){}%|>=!☑ab \\1.\n:：", "充电桩离线", "image:", "attach:a.png", "https://a.example/c",
    "【LM】:", "客户:", "问题描述:", "--跟踪", "--解决:", "更新 20240102", "~update 20240102",
    "状态(☑表示选定 ): ☑ 已解决", "售后(跟单)工程师:", "= nova_case#5_20240101 =", "{{{", "}}}",
    "{{code}}", "(%", "%)", "  ", "\n\n", "1. ", "* ", "> ", "----", "<b>&amp;",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join).filter(str.strip)
names = st.sampled_from(["LM", "Kay", "zhao qi", "客户", "厂家", "研发", "A&B"])
PAGE = (
    PageCase(3, "20240103", "三", (PageEntry("无标签"), PageEntry("有", "LM")), engineers=("LM",)),
    PageCase(2, "202401002", "第二个\n两行", (PageEntry("现场断电", "Kay"),), after="回访过"),
    PageCase(1, "20240101", "第一个", (), "resolved", ()),
)  # fmt: skip
STATUSES = ("resolved", "in_progress", "unset")
acts = st.lists(
    st.one_of(
        st.tuples(st.just("new"), texts),
        st.tuples(st.just("note"), st.integers(1, 4), texts, st.none() | names),
        st.tuples(st.just("problem"), st.integers(1, 4), texts),
        st.tuples(st.just("edit"), st.integers(1, 4), texts),
        st.tuples(st.just("reply"), st.integers(1, 4), texts),
        st.tuples(st.just("status"), st.integers(1, 4), st.sampled_from(STATUSES)),
        st.tuples(st.just("hold"), st.integers(1, 4)),
        st.tuples(st.just("assign"), st.integers(1, 4), names),
        st.tuples(st.just("redact"), st.integers(1, 4)),
        st.tuples(st.just("hide"), st.integers(1, 4)),
    ),
    max_size=8,
)  # fmt: skip


def act(desk: Desk, what: tuple[object, ...]) -> None:
    """Do something, if there is something to do it to."""
    kind, *rest = what
    if kind == "new":
        desk.new("nova", str(rest[0]))
        return
    found = [s.id for s in desk.list(sort="-number") if s.number == rest[0]]
    if not found:
        return
    (case,) = found
    entries = desk.case(case).entries
    match kind, *rest[1:]:
        case "note", str(text), speaker:
            desk.note(case, text, speaker=speaker if isinstance(speaker, str) else None)
        case "problem", str(text):
            desk.edit_field(case, "problem", text)
        case "edit", str(text) if entries:
            desk.edit_entry(case, entries[-1].id, text=text)
        case "reply", str(text) if entries:
            desk.note(case, text, reply_to=entries[0].id)
        case "status", str(status):
            desk.status([case], status)
        case ("hold",):
            desk.status([case], "on_hold", until="2031-01-01", why="等厂家")
        case "assign", str(name):
            desk.assign([case], [name])
        case ("redact",) if entries and not entries[-1].redacted:
            desk.redact(case, entries[-1].id, why="不该写")
        case ("hide",) if entries:
            desk.hide([case], entries[0].id)


def cases(desk: Desk) -> list[dict[str, object]]:
    """Return all cases, without where they stand on pages."""
    return [shared(case_json(desk.case(s.id))) for s in desk.list(sort="-number")]


@given(acts)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_page_that_was_written_changes_nothing_when_it_is_read(
    done: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "anna.db")
        try:
            copy.plain(*PAGE)
            for what in done:
                act(copy.desk, what)
            before = cases(copy.desk)
            desk = copy.desk
            found = [desk.case(s.id, seen=False) for s in desk.list(sort="-number")]
            source = "".join(page(found, desk.spoken_for))
            for name in ("written", "again"):
                report = copy.take(source.encode(), name)
                assert counts(report) == (0, 0, len(before), 0)
                assert (report.unread_lines, report.decisions, report.refused) == ([], 0, [])
            assert cases(desk) == before
        finally:
            copy.desk.close()


@given(acts)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_page_that_was_patched_changes_nothing_and_keeps_its_other_lines(
    done: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "anna.db")
        try:
            copy.plain(*PAGE)
            for what in done:
                act(copy.desk, what)
            before = cases(copy.desk)
            written = copy.desk.write_page("nova_9")
            was, now = case_parts(page_source(PAGE)), case_parts(written.data.decode())
            assert [part.split("\n")[0] for part in now] == [part.split("\n")[0] for part in was]
            assert sum(a != b for a, b in zip(was, now, strict=True)) == written.changed
            assert counts(copy.take(written.data)) == (0, 0, len(PAGE), 0)
            assert cases(copy.desk) == before
            assert copy.desk.write_page("nova_9").data == written.data
            everything = copy.desk.write_page("nova_9", "project:nova")
            assert everything.added == len(before) - len(PAGE)
            assert counts(copy.take(everything.data)) == (0, 0, len(before), 0)
            assert cases(copy.desk) == before
        finally:
            copy.desk.close()


def case_parts(source: str) -> list[str]:
    """Return a page cut above each heading of a case."""
    return source.split("\n= nova_case")


FORMATTED = """\
{{box cssClass="box floatinginfobox" title="**Summary**"}}
{{toc/}}
{{/box}}

= nova_case#2_20240612 =

问题描述:**柏溪路站** 3 号桩离线

[[image:1717719679402-318.png||height="214" width="482"]]

~-~-跟踪

【LM】:  //先看日志//  [[wiki>>https://a.example/x]]

【客户】:(% style="color:red" %)急(%%)
第二行

~-~-解决:

周末回访过
状态(☑表示选定 ):  ☑ 已解决 |  处理中 | 暂搁置
售后(跟单)工程师:LM

= nova_case#1_20240611 =

问题描述:另一个   案件
"""


def test_only_what_changed_is_written_anew(copy: Copy) -> None:
    """Markup, double spaces and pictures of everything else stay, within the case too."""
    data = FORMATTED.encode()
    copy.take(data)
    desk, case = copy.desk, copy.id(2)
    assert desk.write_page("NOVA_9").data == data
    desk.status([case], "in_progress")
    desk.assign([case], ["Kay"])
    entry = copy.entry("急\n第二行", 2)
    desk.edit_entry(case, entry, text="不急了")
    reply = desk.note(case, "已到现场", reply_to=entry).entry_id
    assert reply is not None
    expected = FORMATTED
    for old, new in (
        (
            '【客户】:(% style="color:red" %)急(%%)\n第二行\n',
            "【客户】:不急了\n\n【anna】:已到现场\n",
        ),
        (" ☑ 已解决 |  处理中", " 已解决 |  ☑ 处理中"),
        ("工程师:LM", "工程师:LM Kay"),
    ):  # fmt: skip
        assert old in expected
        expected = expected.replace(old, new)
    written = desk.write_page("nova_9")
    assert (written.data.decode(), written.changed, written.is_exact) == (expected, 1, True)
    desk.hide([case], reply)
    desk.edit_field(case, "problem", "离线")
    now = desk.write_page("nova_9").data.decode()
    assert "问题描述:离线\n\n[[image:1717719679402-318.png||height" in now
    assert "已到现场" not in now


@pytest.mark.parametrize(
    ("encoding", "end", "tail"),
    [("utf-8", "\r\n", ""), ("utf-8-sig", "\n", "\n"), ("gb18030", "\r\n", "\r\n")],
)
def test_a_page_keeps_its_encoding_and_its_line_ends(
    copy: Copy, encoding: str, end: str, tail: str
) -> None:
    data = (FORMATTED.rstrip("\n").replace("\n", end) + tail).encode(encoding)
    copy.take(data)
    assert copy.desk.write_page("nova_9").data == data
    copy.desk.note(copy.id(1), "已联系")
    written = copy.desk.write_page("nova_9")
    assert written.data.startswith(data.rstrip(b"\r\n"))
    added = f"{end}{end}~-~-跟踪{end}{end}【anna】:已联系{tail}"
    assert written.data.endswith(added.encode(written.encoding))


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n\r\n\r\n"])
def test_blank_lines_at_the_end_of_a_page_stay(copy: Copy, end: str) -> None:
    source = (page_source(PAGE).rstrip() + end).encode()
    copy.take(source)
    assert copy.desk.write_page("nova_9").data == source


def test_the_newest_save_is_written_and_a_redacted_text_is_not(copy: Copy) -> None:
    wiki = Wiki(*PAGE)
    wiki.save(*PAGE[1:])
    copy.take(wiki.bytes(1))
    copy.take(wiki.bytes(0))
    assert "nova_case#3" not in copy.desk.write_page("nova_9").data.decode()
    copy.desk.redact(copy.id(2), copy.entry("现场断电", 2), why="不该写")
    written = copy.desk.write_page("nova_9")
    assert "现场断电" not in written.data.decode()
    assert "【Kay】:▇" in written.data.decode()
    assert not written.is_exact
    with pytest.raises(NotFound, match="no page"):
        copy.desk.write_page("nova_8")


def test_a_control_character_is_refused_by_its_case(copy: Copy) -> None:
    copy.plain(*PAGE)
    copy.desk.note(copy.id(1), "响铃\x07")
    with pytest.raises(WorkbenchError, match=r"U\+0007"):
        copy.desk.write_page("nova_9")


def test_what_waits_for_a_decision_stays_as_it_is_on_the_page(copy: Copy) -> None:
    """What a colleague changed on the wiki is not overwritten before somebody decided."""
    copy.plain(*PAGE)
    desk = copy.desk
    desk.edit_field(copy.id(2), "problem", "我们的说法")
    desk.edit_entry(copy.id(2), copy.entry("现场断电", 2), text="现场停电")
    edited = replace(PAGE[1], problem="他们的说法", entries=(PageEntry("现场断电了", "Kay"),))
    copy.plain(PAGE[0], edited, PAGE[2])
    assert len(desk.decisions()) == 2
    desk.status([copy.id(2)], "resolved")
    written = desk.write_page("nova_9")
    marked = page_source([PAGE[0], replace(edited, status="resolved"), PAGE[2]])
    assert written.data.decode() == marked
    assert (written.undecided, written.changed) == (2, 1)
    for decision in desk.decisions():
        desk.decide(decision.id, choice=1)
    assert "我们的说法" in desk.write_page("nova_9").data.decode()


def test_what_somebody_took_off_the_page_is_not_put_back(copy: Copy) -> None:
    """It is kept here, and said to be gone; the page is theirs too."""
    copy.plain(*PAGE)
    left = replace(PAGE[0], entries=PAGE[0].entries[1:])
    assert len(copy.plain(left, *PAGE[1:]).gone) == 1
    copy.desk.status([copy.id(3)], "resolved")
    written = copy.desk.write_page("nova_9").data.decode()
    assert written == page_source([replace(left, status="resolved"), *PAGE[1:]])
    assert len(copy.texts(3)) == 2


def test_a_redaction_finds_a_case_made_here_on_every_page_that_has_it(copy: Copy) -> None:
    """Also where a page has it with words that it says no more, under another name."""
    copy.desk.new("nova", "密码是 Nova-2024")
    case = copy.id(1)
    entry = copy.desk.note(case, "后台密码 Nova-2024").entry_id
    assert entry is not None
    found = copy.desk.case(case, seen=False)
    source = "".join(page([found])).encode()
    for name in ("nova_1", "nova_2"):
        assert counts(copy.take(source, name)) == (0, 0, 1, 0)
    copy.desk.edit_field(case, "problem", "密码不在这里了")
    copy.plain(PageCase(7, "20240107", "另一个"), name="nova_2")
    for target in (entry, "problem"):
        copy.desk.redact(case, target, why="不该写")
    assert not copy.holds("Nova-2024")
