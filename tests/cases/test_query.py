"""The query language: what is read, what it means, and where a mistake is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.errors import QueryError
from workbench.cases.query import (
    FLAGS,
    And,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    View,
    Words,
    asks_for_hidden,
    matches,
    parse,
    terms,
)
from workbench.cases.text import fold

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        (" 　\n", ()),
        ("离线 NOVA", (Words("离线"), Words("nova"))),
        ('"远程 重启"', (Phrase("远程 重启"),)),
        ("“远程 重启”", (Phrase("远程 重启"),)),
        ("”远程 重启“", (Phrase("远程 重启"),)),
        ('"他说“好”"', (Phrase("他说“好”"),)),
        ('"a"b', (Phrase("a"), Words("b"))),
        ('5"屏', (Words('5"屏'),)),
        ("-离线", (Not(Words("离线")),)),
        ("－离线", (Not(Words("离线")),)),
        ('-"a b"', (Not(Phrase("a b")),)),
        ("a-b", (Words("a-b"),)),
        ("status:unset,in_progress", (Field("status", ("unset", "in_progress")),)),
        ("status：未设置，处理中", (Field("status", ("unset", "in_progress")),)),
        ("STATUS:On_Hold,暂搁置", (Field("status", ("on_hold",)),)),
        ('status:"已解决"', (Field("status", ("resolved",)),)),
        ("-status:resolved", (Not(Field("status", ("resolved",))),)),
        ("engineer:LM,“Lin Wei”", (Field("engineer", ("lm", "lin wei")),)),
        ("project:Nova", (Field("project", ("nova",)),)),
        ("tag:急 is:unread", (Field("tag", ("急",)), Field("is", ("unread",)))),
        ("is:mine,draft", (Field("is", ("mine", "draft")),)),
        ("12:30", (Words("12:30"),)),
        ("https://x.example/a?b=1", (Words("https://x.example/a?b=1"),)),
        ("客户:", (Words("客户:"),)),
        ("客户：急", (Words("客户:急"),)),
        ("售后(跟单)工程师", (Words("售后(跟单)工程师"),)),
        ("or Order", (Words("or"), Words("order"))),
        ('"foo:bar" "OR"', (Phrase("foo:bar"), Phrase("or"))),
        ("foo_bar:1", (Words("foo_bar:1"),)),
    ],
)
def test_read(text: str, parts: tuple[Node, ...]) -> None:
    assert parse(text) == And(parts)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        (
            "离线 foo:bar",
            3,
            "foo: is no field known here (status:, engineer:, project:, tag:, is:)",
        ),
        ("speaker:客户", 0, "speaker: is no field known here"),
        ("ref:2026", 0, "ref:"),
        ("opened:2026-01", 0, "opened:"),
        ("-updated:<7d", 1, "updated:"),
        ("a has:image", 2, "has:"),
        ("foo：bar", 0, "foo:"),
        ("a OR b", 2, "OR is not known here"),
        ("a ＯＲ b", 2, "OR is not known here"),
        ("(a b)", 0, "parentheses"),
        ("(跟单)", 0, "parentheses"),
        ("-（a", 1, "parentheses"),
        ("a)", 1, "parentheses"),
        ("f(a b)", 1, "parentheses"),
        ("tag:x)", 5, "parentheses"),
        ('桩 "离线', 2, "not closed"),
        ("桩 “离线", 2, "not closed"),
        ('tag:"离线', 4, "not closed"),
        ('""', 0, "nothing stands"),
        ('tag:" "', 4, "nothing stands"),
        ("status:", 7, "a value is missing for status:"),
        ("status: unset", 7, "a value is missing"),
        ("tag:a,", 6, "a value is missing for tag:"),
        ("tag:a,,b", 6, "a value is missing"),
        ("tag:,b", 4, "a value is missing"),
        ('tag:"a"b', 7, "a comma or a space is missing"),
        ("status:unset,done", 13, "status: has no value 'done' (unset, 未设置, in_progress"),
        ("is:stale", 3, "is: has no value 'stale' (unread, question, decision, mine, awake"),
        ("-", 0, "a minus stands alone"),
        ("a - b", 2, "a minus stands alone"),
        ("a　－", 2, "a minus stands alone"),
        ("--跟踪", 1, "a second minus"),
    ],
)
def test_a_mistake_names_its_character(text: str, at: int, says: str) -> None:
    with pytest.raises(QueryError, match=f"^character {at + 1}: ") as caught:
        parse(text)
    assert (caught.value.at, caught.value.query) == (at, text)
    assert says in str(caught.value)


def test_an_unknown_field_says_how_to_search_for_it() -> None:
    with pytest.raises(QueryError, match="c: is no field") as caught:
        parse("c:\\temp")
    assert caught.value.hint == 'to search for it as it stands, put it in quotes: "…"'


CASE = View(
    texts=("远程重启后恢复 Ｏｒｄｅｒ", "客户：再次离线\n桩号77030700030000200026"),
    status="on_hold",
    engineers=("Ｌin", "周宁"),
    project="Nova",
    tags=("急",),
    flags=frozenset({"unread"}),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("重启 离线", True),
        ('"恢复 order"', True),
        ('"order 客户"', False),
        ("order客户", False),
        ("00020002", True),
        ("客户:再", True),
        ("-重启", False),
        ("-没有", True),
        ("engineer:LIN", True),
        ("engineer:Li", False),
        ("engineer:nobody,周宁", True),
        ("project:nova status:on_hold,unset tag:急 is:unread", True),
        ("status:resolved", False),
        ("-status:resolved -is:mine", True),
        ("is:mine,unread", True),
        ("tag:慢", False),
    ],
)
def test_meaning(query: str, found: bool) -> None:
    assert matches(parse(query), CASE) is found


def test_any_and_none() -> None:
    assert not matches(Or(()), CASE)
    assert matches(Or((Words("没有"), Words("离线"))), CASE)


def test_terms_are_what_a_found_case_contains() -> None:
    assert terms(parse('离线 -重启 "Remote Start" 离线 status:unset')) == ("离线", "remote start")
    assert terms(Not(And((Words("a"), Not(Or((Words("b"), Phrase("c")))))))) == ("b", "c")


def test_hidden_cases_come_only_when_asked_for() -> None:
    assert asks_for_hidden(parse("is:unread,hidden"))
    assert not asks_for_hidden(parse("-is:hidden 离线"))
    assert not asks_for_hidden(parse("hidden is:unread"))


LETTERS = 'ab桩 线A１:：,，-－"“”(（OR\n'
QUERIES = st.lists(
    st.sampled_from(
        ["status:", "tag:", "is:", "engineer：", "unread", "unset", '"', "-", " ", "OR"]
    )
    | st.text(alphabet=LETTERS, max_size=5)
).map("".join)
WORD = st.text(alphabet="ab桩线A１ᾳß", min_size=1, max_size=3)
VIEWS = st.builds(
    View,
    texts=st.lists(st.text(alphabet="ab桩线A１ᾳß ", max_size=8), max_size=3),
    status=st.sampled_from(["unset", "resolved"]),
    engineers=st.lists(WORD, max_size=2),
    project=WORD,
    tags=st.lists(WORD, max_size=2),
    flags=st.frozensets(st.sampled_from(FLAGS)),
)


@given(QUERIES | st.text())
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    outcome = _outcome(text)
    if isinstance(outcome, QueryError):
        assert 0 <= outcome.at <= len(text)
        assert outcome.query == text
    else:
        assert all(word == fold(word) and word for word in terms(outcome))


@given(
    st.lists(st.sampled_from(["status:unset", "-tag:a,b", '"a b"', "桩", "-线", "foo:1", "(", "-"]))
)
def test_full_width_twins_read_the_same(parts: list[str]) -> None:
    text = " ".join(parts)
    wide, plain = _outcome(text.translate(WIDE)), _outcome(text)
    if isinstance(wide, QueryError) and isinstance(plain, QueryError):
        assert (wide.at, str(wide)) == (plain.at, str(plain))
    else:
        assert wide == plain


def _outcome(text: str) -> And | QueryError:
    try:
        return parse(text)
    except QueryError as mistake:
        return mistake


@given(st.lists(WORD, max_size=3), st.lists(WORD, max_size=2), VIEWS)
def test_words_are_found_as_a_plain_scan_finds_them(
    wanted: list[str], unwanted: list[str], view: View
) -> None:
    query = " ".join([*wanted, *(f"-{word}" for word in unwanted)])
    expected = all(any(fold(word) in fold(text) for text in view.texts) for word in wanted)
    expected &= not any(fold(word) in fold(text) for text in view.texts for word in unwanted)
    assert matches(parse(query), view) is expected


@given(WORD, VIEWS)
def test_names_are_found_whole(name: str, view: View) -> None:
    for field, names in (
        ("engineer", view.engineers),
        ("tag", view.tags),
        ("project", (view.project,)),
    ):
        expected = fold(name) in {fold(other) for other in names}
        assert matches(parse(f"{field}:{name}"), view) is expected
        assert matches(parse(f"-{field}:{name}"), view) is not expected


@given(VIEWS)
def test_flags_and_statuses_are_found_by_each_of_their_words(view: View) -> None:
    for flag in FLAGS:
        assert matches(parse(f"is:{flag}"), view) is (flag in view.flags)
    for word, status in (("未设置", "unset"), ("已解决", "resolved"), ("on_hold", "on_hold")):
        assert matches(parse(f"status:{word}"), view) is (view.status == status)
