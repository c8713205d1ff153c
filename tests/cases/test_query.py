"""The query language: what is read, what it means, and where a mistake is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.errors import QueryError
from workbench.cases.query import (
    FLAGS,
    HOLDINGS,
    And,
    Days,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Span,
    View,
    Words,
    asks_for_hidden,
    matches,
    parse,
    taken_as_text,
    terms,
)
from workbench.cases.text import fold

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def _opened(*spans: tuple[str | None, str | None]) -> Days:
    return Days("opened", tuple(Span(*span) for span in spans))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        (" 　\n", ()),
        ("离线 NOVA", (Words("离线"), Words("nova"))),
        ("zdq ｌｍ", (Words("zdq", initials=True), Words("lm", initials=True))),
        (
            'LM Kay z bj4 "zdq"',
            (Words("lm"), Words("kay"), Words("z"), Words("bj4"), Phrase("zdq")),
        ),
        ("-zdq", (Not(Words("zdq")),)),
        ("-(zdq -lm)", (Not(And((Words("zdq"), Not(Words("lm"))))),)),
        ("-a zdq", (Not(Words("a")), Words("zdq", initials=True))),
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
        ("or Order", (Words("or", initials=True), Words("order"))),
        ('"foo:bar" "OR"', (Phrase("foo:bar"), Phrase("or"))),
        ("foo_bar:1", (Words("foo_bar:1"),)),
        ("a OR b", (Or((Words("a"), Words("b"))),)),
        ("a ＯＲ -b", (Or((Words("a"), Not(Words("b")))),)),
        ("a b OR c d", (Or((And((Words("a"), Words("b"))), And((Words("c"), Words("d"))))),)),
        ("a OR b OR c", (Or((Words("a"), Words("b"), Words("c"))),)),
        ("a (b OR c)", (Words("a"), Or((Words("b"), Words("c"))))),
        ("a OR(b c)", (Or((Words("a"), And((Words("b"), Words("c"))))),)),
        ("(a)OR b", (Or((Words("a"), Words("b"))),)),
        ("-（a　b）", (Not(And((Words("a"), Words("b")))),)),
        ("((a))", (Words("a"),)),
        ("(跟单)急", (Words("跟单"), Words("急"))),
        ("(f(x) tag:a)b", (And((Words("f(x)"), Field("tag", ("a",)))), Words("b"))),
        ('("a b")', (Phrase("a b"),)),
        ("ORDER xOR", (Words("order"), Words("xor"))),
        ("状态：处理中、已解决", (Field("status", ("in_progress", "resolved")),)),
        (
            "工程师:王工、李工 项目：Nova",
            (Field("engineer", ("王工", "李工")), Field("project", ("nova",))),
        ),
        ("标签:急 发言人：客户", (Field("tag", ("急",)), Field("speaker", ("客户",)))),
        ("是：未读，停滞 有:图片", (Field("is", ("unread", "stale")), Field("has", ("image",)))),
        ("speaker:客户,LM", (Field("speaker", ("客户", "lm")),)),
        ("ref:2021012716… ref:igo#97", (Field("ref", ("2021012716",)), Field("ref", ("igo#97",)))),
        ("引用:TAPD1000088 has:file", (Field("ref", ("tapd1000088",)), Field("has", ("file",)))),
        ("opened:2024", (Days("opened", (Span("2024-01-01", "2024-12-31"),)),)),
        ("opened：２０２４－０２", (Days("opened", (Span("2024-02-01", "2024-02-29"),)),)),
        ("建立:2024/2/3,20240205", (_opened(("2024-02-03",) * 2, ("2024-02-05",) * 2),)),
        ("opened:2021-01..2021-02", (_opened(("2021-01-01", "2021-02-28")),)),
        ("opened:2021..", (_opened(("2021-01-01", None)),)),
        ("opened:。。2021-01-05", (_opened((None, "2021-01-05")),)),
        ("opened:<2021-03", (_opened((None, "2021-02-28")),)),
        ("opened:>=2021-03", (_opened(("2021-03-01", None)),)),
        ("opened:《=2021-03", (_opened((None, "2021-03-31")),)),
        ("opened:＞2021-02-28", (_opened(("2021-03-01", None)),)),
        ("updated:<7d", (Days("updated", (Span(6, None),)),)),
        ("更新：《=1周", (Days("updated", (Span(7, None),)),)),
        ("updated:>30d", (Days("updated", (Span(None, 31),)),)),
        ("updated:>=30天", (Days("updated", (Span(None, 30),)),)),
        ("updated:today,昨天", (Days("updated", (Span(0, 0), Span(1, 1))),)),
        ("updated:<today", (Days("updated", (Span(None, 1),)),)),
        ("updated:3d..yesterday", (Days("updated", (Span(3, 1),)),)),
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
            "foo: is no field known here (status:, engineer:, project:, tag:, speaker:, ref:,",
        ),
        ("foo：bar", 0, "foo:"),
        ("OR b", 0, "OR has no term before it"),
        ("a OR", 2, "OR has no term behind it"),
        ("a OR OR b", 5, "OR has no term before it"),
        ("a (OR b)", 3, "OR has no term before it"),
        ("(a OR ) b", 3, "OR has no term behind it"),
        ("-OR", 1, "OR can't be negated"),
        ("(a b", 0, "this parenthesis is not closed"),
        ("a ((b) c", 2, "this parenthesis is not closed"),
        ("-（a", 1, "this parenthesis is not closed"),
        ("a ()", 2, "nothing stands in these parentheses"),
        ("a)", 1, "this parenthesis closes none"),
        ("(a))", 3, "this parenthesis closes none"),
        ("f(a b)", 1, "this parenthesis is not closed within the word"),
        ("tag:x)", 5, "this parenthesis closes none"),
        ("status:(unset OR resolved)", 7, "this parenthesis is not closed within the word"),
        ("(tag:)", 5, "a value is missing for tag:"),
        ("(" * 21 + "a", 20, "more than 20 parentheses"),
        ("a " * 201, 400, "more than 200 terms"),
        ("tag:" + "a," * 201, 404, "more than 200 terms"),
        ("状态:完成", 3, "status: has no value “完成” (unset, 未设置"),
        ("有：视频", 2, "has: has no value “视频” (image, 图片, file, 文件)"),
        ("ref:…", 4, "only dots"),
        ("opened:soon", 7, "“soon” is no day"),
        ("a opened:2021-13", 9, "“2021-13” is no day"),
        ("opened:2021-02-30", 7, "“2021-02-30” is no day that there is"),
        ('opened:"2021-02-30"', 8, "“2021-02-30” is no day that there is"),
        ("opened:2021,", 12, "a value is missing for opened:"),
        ("opened:2021..x", 13, "“x” is no day"),
        ("opened:..", 7, "this range has no end at all"),
        ("opened:2021..2020", 13, "this range ends before it begins"),
        ("updated:7d..30d", 12, "this range ends before it begins"),
        ("updated:<", 9, "a date is missing"),
        ("updated:<soon", 9, "“soon” is no day"),
        ("updated:<999999d", 9, "more than 99999 days"),
        ("opened:1899", 7, "“1899” is no day"),
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
        ("status:unset,done", 13, "status: has no value “done” (unset, 未设置, in_progress"),
        ("is:new", 3, "is: has no value “new” (unread, 未读, stale, 停滞, question"),
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
    speakers=("客户", "ＬＭ"),
    references=("20210127161512345678", "Nova_case#97_20210224", "TAPD1000088"),
    opened="2021-02-24",
    updated="2021-03-01",
    flags=frozenset({"unread"}),
    holds=frozenset({"image"}),
    today="2021-03-08",
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
        ("没有 OR 离线", True),
        ("没有 OR 离线 tag:慢", False),
        ("(没有 OR 离线) tag:急", True),
        ("-(没有 OR 离线)", False),
        ("speaker:lm", True),
        ("speaker:l", False),
        ("ref:20210127", True),
        ("ref:0127", False),
        ("ref:NOVA_CASE#97", True),
        ("ref:nova#97", True),
        ("ref:nova#97_2019", True),
        ("ref:nova#9", False),
        ("ref:nova#97-k3f9q", False),
        ("ref:tapd1000088", True),
        ("ref:tapd", False),
        ("has:file", False),
        ("has:file,image", True),
        ("opened:2021-02", True),
        ("opened:2021-02-24..2021-02-24", True),
        ("opened:2021-02-25..", False),
        ("updated:<8d", True),
        ("updated:<7d", False),
        ("updated:<=7d", True),
        ("updated:>6d", True),
        ("updated:>7d", False),
        ("updated:7d", True),
        ("updated:8d..6d", True),
        ("updated:today", False),
    ],
)
def test_meaning(query: str, found: bool) -> None:
    assert matches(parse(query), CASE) is found


def test_a_case_without_a_date_was_opened_on_no_day() -> None:
    assert not matches(parse("opened:..2199"), View())
    assert matches(parse("-opened:..2199"), View())


def test_any_and_none() -> None:
    assert not matches(Or(()), CASE)
    assert matches(Or((Words("没有"), Words("离线"))), CASE)


def test_terms_are_what_a_found_case_contains() -> None:
    assert terms(parse('离线 -重启 "Remote Start" 离线 status:unset')) == ("离线", "remote start")
    assert terms(Not(And((Words("a"), Not(Or((Words("b"), Phrase("c")))))))) == ("b", "c")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("充电 or 超时", "“or” is searched as text; OR between alternatives is written in"),
        ("充电 Or 超时", "“or” is searched as text; OR"),
        ("充电｜超时", "“充电|超时” is searched as text; OR"),
        ("is:mine (充电 || 超时)", "“||” is searched as text; OR"),
        ("充电 AND 超时", "“and” is searched as text; leave it out"),
        ("充电 && 超时", "“&&” is searched as text; leave it out"),
        ("充电 NOT 超时", "“not” is searched as text; put a - directly before"),
        ("EVS-*", "“evs-*” is searched as text; leave out the *"),
        ("a* or b", "“a*” is searched as text"),
        ('充电 OR 超时 -or -(a*) "and" order nota R&D tag:a*', None),
    ],
)
def test_an_operator_of_another_language_is_known_as_text(text: str, says: str | None) -> None:
    told = taken_as_text(parse(text))
    assert told is None if says is None else told is not None and told.startswith(says)


def test_hidden_cases_come_only_when_asked_for() -> None:
    assert asks_for_hidden(parse("is:unread,hidden"))
    assert not asks_for_hidden(parse("-is:hidden 离线"))
    assert not asks_for_hidden(parse("hidden is:unread"))


LETTERS = 'ab桩 线A１:：,，、-－"“”(（)）.<《OR\n'
QUERIES = st.lists(
    st.sampled_from(
        [
            *("status:", "tag:", "is:", "engineer：", "unread", "unset", '"', "-", " ", " OR "),
            *("opened:", "更新：", "2021", "..", "<", "7d", "ref:", "has:", "image", "(", ")"),
        ]
    )
    | st.text(alphabet=LETTERS, max_size=5)
).map("".join)
WORD = st.text(alphabet="ab桩线A１ᾳß", min_size=1, max_size=3)


def _whole(view: View) -> View:
    """Return a view whose texts hold its title and the names, as those of every case do."""
    return view._replace(texts=[*view.texts, view.title, *view.engineers, *view.speakers])


VIEWS = st.builds(
    View,
    texts=st.lists(st.text(alphabet="ab桩线A１ᾳß ", max_size=8), max_size=3),
    status=st.sampled_from(["unset", "resolved"]),
    engineers=st.lists(WORD, max_size=2),
    project=WORD,
    tags=st.lists(WORD, max_size=2),
    holds=st.frozensets(st.sampled_from(HOLDINGS)),
    flags=st.frozensets(st.sampled_from(FLAGS)),
).map(_whole)


@given(QUERIES | st.text())
def test_any_text_is_a_query_or_a_mistake_within_it(text: str) -> None:
    outcome = _outcome(text)
    if isinstance(outcome, QueryError):
        assert 0 <= outcome.at <= len(text)
        assert outcome.query == text
    else:
        assert all(word == fold(word) and word for word in terms(outcome))


@given(
    st.lists(
        st.sampled_from(
            [
                *("status:unset", "-tag:a,b", '"a b"', "桩", "-线", "foo:1", "(", ")", "-", "OR"),
                *("opened:2021-01..2021-02", "updated:<7d", "ref:nova#97", "has:image"),
            ]
        )
    )
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


@given(VIEWS, st.lists(st.lists(WORD, min_size=1, max_size=2), min_size=1, max_size=3))
def test_alternatives_of_words_are_found_as_a_plain_scan_finds_them(
    view: View, alternatives: list[list[str]]
) -> None:
    there = [[any(fold(w) in fold(t) for t in view.texts) for w in words] for words in alternatives]
    query = " OR ".join(" ".join(words) for words in alternatives)
    assert matches(parse(query), view) is any(map(all, there))
    nested = " ".join(f"({' OR '.join(words)})" for words in alternatives)
    assert matches(parse(nested), view) is all(map(any, there))
    assert matches(parse(f"-({query})"), view) is not any(map(all, there))


@given(VIEWS)
def test_flags_and_statuses_are_found_by_each_of_their_words(view: View) -> None:
    for flag in FLAGS:
        assert matches(parse(f"is:{flag}"), view) is (flag in view.flags)
    for held in HOLDINGS:
        assert matches(parse(f"has:{held}"), view) is (held in view.holds)
    for word, status in (("未设置", "unset"), ("已解决", "resolved"), ("on_hold", "on_hold")):
        assert matches(parse(f"status:{word}"), view) is (view.status == status)
