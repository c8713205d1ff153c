"""``find`` finds exactly what the query language means, whatever stands in a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.desk.stage import Clock, Copy
from tests.pages import PageCase, PageEntry
from workbench.cases import query
from workbench.cases.model import STATUSES
from workbench.cases.text import fold
from workbench.desk import Desk, QueryError
from workbench.desk.attaching import Given
from workbench.local import containing, database, fields, search

WORDS = (
    "盛弘", "充电桩", "充电", "桩", "案件", "TAPD1000088", "tapd", "20210127161512345678", "2021",
    "Straße", "STRASSE", "ǰ", "İstanbul", "ﬁn", "ＡＢｃ", "ｉｇｏ", "100%", "a_b", "it's", "c:\\x",
    "[/x]", "ÅÄ", "Å", "한국", "😀", "e\u0301", "é", "-5", "(括号)", "12:30", "状态:完成", "OR",
    "重庆站", "主动枪，3号", "nova_case#3_20240601", "Nova_case#3", "nova_case#31", "13800138000",
    "[[image:a.png]]",
)  # fmt: skip
DAY = 86_400_000
NAMES = ("YD", "yd", "LM", "王工", "赵大强", "anna", "Straße", "a b")
INITIALS = ("cdz", "aj", "cq", "zqz", "zdq", "wg", "dq", "gs", "ch", "cdzc", "igoc", "zdqq", "sg")
PASSES = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Stock:
    """A copy with many cases of random words, and who looks for them."""

    def __init__(self, copy: Copy, seed: int) -> None:
        self.copy = copy
        self.random = Random(seed)
        self.said: list[str] = list(WORDS)
        others = copy.open("boris")
        for number in range(1, 17):
            copy.plain(
                PageCase(
                    number,
                    self.random.choice(["20240601", "20240613", "20250102", "202406015"]),
                    self.text(),
                    tuple(PageEntry(self.text(), self.name()) for _ in range(2)),
                    STATUSES[number % 4],
                    tuple({self.name().split()[0] for _ in range(2)}),
                    self.random.choice(["nova", "nova", "terra"]),
                ),
                name=f"page {number}",
            )
        for uid in copy.uids():
            for act in self.random.sample(
                self.acts(uid, self.random.choice([copy.desk, others])), 5
            ):
                act()
            copy.clock.pass_ms(2 * DAY)
        others.set_person(NAMES[0], side="vendor", aliases=[NAMES[3]])
        others.merge_people(NAMES[2], "anna")
        others.close()

    def text(self) -> str:
        """Return a few words, on one line or more."""
        words = self.random.choices(WORDS, k=self.random.randint(1, 5))
        text = self.random.choice(["", " ", "\n"]).join(words)
        self.said.append(text)
        return text

    def name(self) -> str:
        """Return a name."""
        return self.random.choice(NAMES)

    def acts(self, uid: str, desk: Desk):  # type: ignore[no-untyped-def]
        """Return what may be done to a case."""
        entry = self.random.choice(desk.case(uid).entries).id
        seen = desk.case(uid).seen["problem"]
        draft = desk.open_draft(uid, "note").id
        return [
            lambda: desk.note(uid, self.text(), speaker=self.random.choice([None, "客户"])),
            lambda: desk.edit_field(uid, "title", self.text()),
            lambda: [desk.edit_field(uid, "problem", self.text(), seen=seen) for _ in range(2)],
            lambda: desk.edit_entry(uid, entry, text=self.text(), speaker=self.name()),
            lambda: desk.hide([uid], entry),
            lambda: desk.hide([uid]),
            lambda: desk.redact(uid, entry, why="privat"),
            lambda: desk.status([uid], "on_hold", until="2020-01-01"),
            lambda: desk.assign([uid], add=[self.name()]),
            lambda: desk.tag([uid], add=[self.text().replace("\n", " ")]),
            lambda: desk.save_draft(draft, "angefangen"),
            lambda: desk.attach(uid, Given("log.txt", [self.text().encode()])),
            lambda: desk.mark_read(uid),
        ]

    def views(self) -> dict[str, query.View]:
        """Return what a query sees of each case, as the desk shows it."""
        found = {}
        today = day_of(self.copy.clock.now)
        people = self.copy.desk.names_of_people()
        for uid in self.copy.uids():
            case = self.copy.desk.case(uid)
            s = case.summary
            idle = date.fromisoformat(today) - date.fromisoformat(day_of(s.updated_at))
            flags = {
                "unread": s.unread > 0,
                "stale": idle >= timedelta(days=14) and s.status != "resolved",
                "question": bool(s.questions),
                "decision": s.decisions > 0,
                "mine": not set(people.spellings("anna")).isdisjoint(map(fold, s.engineers)),
                "awake": s.awake,
                "hidden": s.hidden,
                "draft": s.drafts > 0,
            }
            texts = [s.key, *s.aliases, s.title, s.problem, *s.engineers, *s.tags]
            texts += [file.file for file in (*s.images, *s.attachments)]
            for entry in case.entries:
                texts += [entry.text, entry.speaker or "", *entry.images, *entry.attachments]
            found[uid] = query.View(
                texts=texts,
                title=s.title,
                names=[*s.engineers, *(entry.speaker or "" for entry in case.entries)],
                status=s.status,
                engineers=[found for name in s.engineers for found in people.spellings(name)],
                project=s.project,
                tags=s.tags,
                speakers=[
                    found
                    for entry in case.entries
                    for found in people.spellings(entry.speaker or "")
                ],
                references=[reference.value for reference in s.references],
                opened=s.opened_on,
                updated=day_of(s.updated_at),
                waiting_for=s.waiting_for,
                holds=frozenset(
                    [*(["image"] if s.images else []), *(["file"] if s.attachments else [])]
                ),
                today=today,
                flags=frozenset(name for name, holds in flags.items() if holds),
            )
        return found


def day_of(ms: int) -> str:
    """Return the day of a time at this machine."""
    return datetime.fromtimestamp(ms / 1000).date().isoformat()


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    copy = Copy(tmp_path_factory.mktemp("search") / "anna.db", clock=Clock())
    yield Stock(copy, 8)
    copy.sound()
    copy.desk.close()


@pytest.fixture(scope="module")
def views(stock: Stock) -> dict[str, query.View]:
    return stock.views()


VALUES = {
    "status": ("unset", "已解决", "on_hold", "in_progress"),
    "engineer": NAMES,
    "project": ("nova", "NOVA", "ｎｏｖａ", "terra"),
    "tag": WORDS,
    "speaker": (*NAMES, "客户", "研发"),
    "ref": (
        *("20210127161512345678", "2021", "1380013", "9", "tapd1000088", "TAPD", "nova#3"),
        *("NOVA_case#3_1999", "nova_case#31", "nova#31-aaaaa"),
    ),
    "opened": ("2024", "2024-06", "20240613", "2024-06-02..", "..2024-06-13", ">2024-06-13", "<7d"),
    "updated": ("<20d", ">20d", "<=2w", "today", "2024", ">2026", "30d..10d", "<today"),
    "waiting": ("us", "客户", "engineer", "vendor", "R&D"),
    "is": query.FLAGS,
    "has": query.HOLDINGS,
}


@st.composite
def atoms(draw: st.DrawFn) -> str:
    """A word or a part of a word that is there, in other cases and widths, or a field."""
    kind = draw(st.sampled_from(["word", "part", "phrase", *["field"] * 4]))
    if kind == "field":
        field = draw(st.sampled_from(sorted(VALUES)))
        some = draw(st.lists(st.sampled_from(VALUES[field]), min_size=1, max_size=2))
        return f"{field}:" + ",".join(f'"{value}"' for value in some)
    text = draw(
        st.sampled_from(WORDS + INITIALS) | st.text(st.sampled_from("".join(WORDS)), min_size=1)
    )
    if kind == "part":
        start = draw(st.integers(0, len(text) - 1))
        text = text[start : start + draw(st.integers(1, 3))]
    text = draw(st.sampled_from([text, text.upper(), text.lower()]))
    return f'"{text}"' if kind == "phrase" else text


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Several parts, beside each other or as alternatives, in parentheses."""
    return st.builds(
        lambda sign, inner, between: f"{sign}({between.join(inner)})",
        st.sampled_from(["", "-"]),
        st.lists(parts, min_size=1, max_size=3),
        st.sampled_from([" ", "\u3000", " OR ", " ＯＲ "]),
    )


TERMS = st.builds("".join, st.tuples(st.sampled_from(["", "", "-"]), atoms()))
QUERIES = st.builds(
    lambda parts, between: between.join(parts),
    st.lists(st.recursive(TERMS, joined, max_leaves=6), max_size=3),
    st.sampled_from([" ", "  ", "\u3000", " OR "]),
)


@PASSES
@given(asked=QUERIES)
@example(asked=" OR ".join(INITIALS))
@example(asked="wg")
def test_a_query_finds_exactly_what_it_means(
    stock: Stock, views: dict[str, query.View], asked: str
) -> None:
    try:
        tree = query.parse(asked)
    except QueryError:
        with pytest.raises(QueryError):
            stock.copy.desk.find(asked)
        return
    hidden = query.asks_for_hidden(tree)
    meant = {
        uid
        for uid, view in views.items()
        if query.matches(tree, view) and (hidden or "hidden" not in view.flags)
    }
    found = stock.copy.desk.find(asked)
    assert set(found.ids) == meant
    assert len(found) == stock.copy.desk.count(asked) == len(meant)
    listed = list(stock.copy.desk.list(asked))
    assert [summary.id for summary in listed] == list(found.ids)


def test_the_stock_has_cases_of_every_kind(views: dict[str, query.View]) -> None:
    """Else the test above would say nothing of them."""
    for flag in query.FLAGS:
        some = sum(flag in view.flags for view in views.values())
        assert 0 < some < len(views), flag
    for held in query.HOLDINGS:
        assert 0 < sum(held in view.holds for view in views.values()) < len(views), held
    assert {view.status for view in views.values()} == set(STATUSES)
    for name, values in VALUES.items():
        found = {value: _count(f'{name}:"{value}"', views) for value in values}
        assert any(0 < count < len(views) for count in found.values()), (name, found)


def _count(asked: str, views: dict[str, query.View]) -> int:
    tree = query.parse(asked)
    return sum(query.matches(tree, view) for view in views.values())


def test_cases_of_somebody_are_counted_without_a_look_at_any(
    stock: Stock, views: dict[str, query.View]
) -> None:
    seen = [view for view in views.values() if "hidden" not in view.flags]
    counted = set()
    statements: list[str] = []
    connection = stock.copy.desk._tools.db.connection
    for who in ("engineer:yd", "engineer:anna,王工", "is:mine", "engineer:lm"):
        for where in ("", "project:nova", "project:terra", "project:nova,terra", "project:nowhere"):
            for what in ("", "-status:resolved", "is:stale", "updated:2024-06..", "-is:stale"):
                asked = f"{who} {where} {what}"
                tree = query.parse(asked)
                connection.set_trace_callback(statements.append)
                found = stock.copy.desk.count(asked)
                connection.set_trace_callback(None)
                assert found == sum(query.matches(tree, view) for view in seen), asked
                counted.add(found)
    assert len(counted) > 3, "these say little"
    looked = {sql for sql in statements if "FROM cases" in sql}
    assert looked
    for sql in looked:
        plan = [detail for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert any("c USING COVERING INDEX cases_project" in step for step in plan), sql


@pytest.mark.parametrize("sort", ["activity", "opened", "number", "status", "engineer", "age"])
def test_every_sort_turns_round(stock: Stock, sort: str) -> None:
    there = stock.copy.desk.find(sort=sort).ids
    back = stock.copy.desk.find(sort=f"-{sort}").ids
    assert len(there) > 3
    assert back == there[::-1]
    limited = [summary.id for summary in stock.copy.desk.list(sort=sort, limit=2)]
    assert limited == list(there[:2])


def test_what_was_redacted_or_replaced_is_not_found(copy: Copy) -> None:
    copy.plain(
        PageCase(1, "20240601", "桩离线", (PageEntry("甲乙丙", "YD"), PageEntry("丁", "LM")))
    )
    copy.desk.edit_entry(copy.id(), copy.entry("丁"), text="戊")
    copy.desk.redact(copy.id(), copy.entry("甲乙丙"), why="privat")
    found = [word for word in ("甲乙", "丁", "戊", "桩") if len(copy.desk.find(word))]
    assert found == ["戊", "桩"]


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("walk", [0, 10**9])
@pytest.mark.parametrize("sort", ["activity", "-number", "engineer"])
def test_a_page_is_the_beginning_of_the_whole_however_it_is_found(
    stock: Stock, monkeypatch: pytest.MonkeyPatch, sort: str, walk: int, indexed: bool
) -> None:
    """Terms that are too many to look up, and going through the cases that takes too long."""
    desk = stock.copy.desk
    asked = [
        *WORDS[:12],
        *INITIALS[:6],
        "桩 -盛弘",
        "-盛弘 OR 充电",
        '"100%" 2021',
        "is:hidden 桩",
        "has:image",
        "has:file,image 桩",
        "speaker:客户 OR is:decision",
        "opened:2024-06",
        "-(opened:2024..2025)",
        "engineer:王工 桩",
        "-engineer:lm -is:decision",
        "is:hidden engineer:lm",
        "waiting:customer OR ref:1",
        "-is:hidden",
        "\ud800",
        "'-'",
    ]
    whole = {words: desk.find(words, sort=sort).ids for words in asked}
    if indexed:
        desk.follow_index()
    monkeypatch.setattr(containing, "LEAST", 0)
    monkeypatch.setattr(fields, "FEW", 0)
    monkeypatch.setattr(database, "STEPS", 5)
    monkeypatch.setattr(search, "WALK", walk)
    for words, ids in whole.items():
        for limit in (1, 3, 100):
            page = tuple(summary.id for summary in desk.list(words, sort=sort, limit=limit))
            assert page == ids[:limit], words
        begun = [desk.ids(cases) for cases in desk.beginnings(words, (1, 3, 100), sort=sort)]
        limits = [n for n, before in ((1, 0), (3, 1), (100, 3)) if before <= len(ids)]
        assert begun == [ids[:limit] for limit in limits], words
        assert desk.find(words, sort=sort).ids == ids
        assert desk.count(words) == len(ids)
