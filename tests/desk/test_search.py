"""``find`` finds exactly what the query language means, whatever stands in a case."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.stage import Clock, Copy
from tests.pages import PageCase, PageEntry
from workbench.cases import query
from workbench.cases.model import STATUSES
from workbench.cases.text import fold
from workbench.desk import Desk, QueryError

WORDS = (
    "盛弘", "充电桩", "充电", "桩", "案件", "TAPD1000088", "tapd", "20210127161512345678", "2021",
    "Straße", "STRASSE", "ǰ", "İstanbul", "ﬁn", "ＡＢｃ", "ｉｇｏ", "100%", "a_b", "it's", "c:\\x",
    "[/x]", "ÅÄ", "Å", "한국", "😀", "e\u0301", "é", "-5", "(括号)", "12:30", "状态:完成",
)  # fmt: skip
NAMES = ("YD", "yd", "LM", "王工", "anna", "Straße", "a b")
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
                    self.random.choice(["20240601", "202406015"]),
                    self.text(),
                    tuple(PageEntry(self.text(), self.name()) for _ in range(2)),
                    STATUSES[number % 4],
                    tuple({self.name().split()[0] for _ in range(2)}),
                ),
                name=f"page {number}",
            )
        for uid in copy.uids():
            for act in self.random.sample(
                self.acts(uid, self.random.choice([copy.desk, others])), 5
            ):
                act()

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
            lambda: desk.mark_read(uid),
        ]

    def views(self) -> dict[str, query.View]:
        """Return what a query sees of each case, as the desk shows it."""
        found = {}
        for uid in self.copy.uids():
            case = self.copy.desk.case(uid)
            s = case.summary
            flags = {
                "unread": s.unread > 0,
                "question": bool(s.questions),
                "decision": s.decisions > 0,
                "mine": fold("anna") in map(fold, s.engineers),
                "awake": s.awake,
                "hidden": s.hidden,
                "draft": s.drafts > 0,
            }
            texts = [s.key, *s.aliases, s.title, s.problem, *s.engineers, *s.tags]
            for entry in case.entries:
                texts += [entry.text, entry.speaker or "", *entry.images, *entry.attachments]
            found[uid] = query.View(
                texts=texts,
                status=s.status,
                engineers=s.engineers,
                project=s.project,
                tags=s.tags,
                flags=frozenset(name for name, holds in flags.items() if holds),
            )
        return found


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    copy = Copy(tmp_path_factory.mktemp("search") / "anna.db", clock=Clock())
    yield Stock(copy, 7)
    copy.sound()
    copy.desk.close()


@pytest.fixture(scope="module")
def views(stock: Stock) -> dict[str, query.View]:
    return stock.views()


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Words and parts of words that are there, in other cases and widths, and fields."""
    terms = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["word", "part", "phrase", "field", "flag"]))
        if kind == "field":
            field, values = draw(
                st.sampled_from(
                    [
                        ("status", ["unset", "已解决", "on_hold", "in_progress"]),
                        ("engineer", list(NAMES)),
                        ("project", ["nova", "NOVA", "ｎｏｖａ", "terra"]),
                        ("tag", list(WORDS)),
                    ]
                )
            )
            some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
            term = f"{field}:" + ",".join(f'"{value}"' for value in some)
        elif kind == "flag":
            some = draw(st.lists(st.sampled_from(query.FLAGS), min_size=1, max_size=2))
            term = "is:" + ",".join(some)
        else:
            text = draw(
                st.sampled_from(WORDS) | st.text(st.sampled_from("".join(WORDS)), min_size=1)
            )
            if kind == "part":
                start = draw(st.integers(0, len(text) - 1))
                text = text[start : start + draw(st.integers(1, 3))]
            text = draw(st.sampled_from([text, text.upper(), text.lower()]))
            term = f'"{text}"' if kind == "phrase" else text
        terms.append(draw(st.sampled_from(["", "", "-"])) + term)
    return draw(st.sampled_from([" ", "  ", "\u3000"])).join(terms)


@PASSES
@given(asked=queries())
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
    assert len(found) == len(meant)
    listed = list(stock.copy.desk.list(asked))
    assert [summary.id for summary in listed] == list(found.ids)


def test_the_stock_has_cases_of_every_kind(views: dict[str, query.View]) -> None:
    """Else the test above would say nothing of them."""
    for flag in query.FLAGS:
        some = sum(flag in view.flags for view in views.values())
        assert 0 < some < len(views), flag
    assert {view.status for view in views.values()} == set(STATUSES)


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
