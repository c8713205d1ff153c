"""Redaction: the text is in no byte of the file any more, and nothing brings it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.desk.stage import Copy, Wiki, counts, exchange
from tests.exchange.shapes import SHAPES, lines_of
from tests.pages import PageCase, PageEntry, page_source
from workbench.desk import BadInput, NotFound, WorkbenchError

SECRET = "口令是 seven-ivory-lanterns\n第二行 brass-compass"
PART = "ivory"
LEFT = SECRET.replace(PART, "▇")
CASE = PageCase(
    1,
    "20240601",
    "桩离线",
    (PageEntry("甲", "YD"), PageEntry(SECRET, "LM"), PageEntry("丙", "YD")),
)
OTHER = PageCase(11, "20240602", "别的", (PageEntry("丁", "YD"),))
Copies = Callable[[str], Copy]


@pytest.fixture
def wiki(copy: Copy) -> Wiki:
    wiki = Wiki(OTHER, CASE)
    copy.take(wiki.bytes())
    return wiki


def gone(copy: Copy, *texts: str) -> None:
    """Check that no line of these texts is in any byte of the file."""
    for text in texts or SECRET.split("\n"):
        assert not copy.holds(text), text


def kept(copy: Copy) -> list[tuple[str, bool]]:
    """Return the source of every kept save, and whether its bytes are kept too."""
    rows = copy.sql("SELECT CAST(source AS TEXT), raw IS NOT NULL FROM page_text")
    return [(source, bool(raw)) for source, raw in rows]


def test_an_entry_is_taken_out_of_every_byte(copy: Copy, wiki: Wiki) -> None:
    assert copy.holds("seven-ivory-lanterns")
    entry = copy.entry(SECRET)
    written = copy.desk.redact(copy.id(), entry, why="  privat\n")
    assert written.entry_id == entry
    gone(copy)
    shown = copy.desk.case(copy.id()).entries[1]
    assert (shown.text, shown.redacted, shown.speaker) == ("▇", True, "LM")
    last = copy.desk.history(copy.id())[-1]
    assert (last.act, last.entry, last.author, last.why) == ("redact", entry, "anna", "privat")
    assert SECRET not in str(copy.desk.history(copy.id()))
    assert len(copy.desk.find("seven-ivory")) == 0


def test_the_kept_page_has_blank_lines_and_no_bytes(copy: Copy, wiki: Wiki) -> None:
    ((before, _),) = kept(copy)
    copy.desk.redact(copy.id(), copy.entry(SECRET), why="privat")
    ((after, raw),) = kept(copy)
    assert not raw
    pairs = list(zip(before.split("\n"), after.split("\n"), strict=True))
    assert [old for old, new in pairs if old != new] == [f"【LM】:{SECRET[:24]}", SECRET[25:]]
    assert {new for old, new in pairs if old != new} == {""}


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_the_page_again_in_any_shape_brings_nothing_back(copy: Copy, shape: str) -> None:
    lines = lines_of(page_source((OTHER, CASE)))
    copy.take(SHAPES[shape](lines, "nova_9"))
    copy.desk.redact(copy.id(), copy.entry(SECRET), why="privat")
    for again in (shape, "plain", "avatar"):
        assert counts(copy.take(SHAPES[again](lines, "nova_9"))) == (0, 0, 2, 0)
    gone(copy)
    assert copy.texts() == ["甲", "▇", "丙"]


def test_a_newer_save_brings_nothing_back(copy: Copy, wiki: Wiki) -> None:
    copy.desk.redact(copy.id(), copy.entry(SECRET), why="privat")
    wiki.save(OTHER, replace(CASE, status="resolved"))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 1, 0)
    gone(copy)
    assert copy.texts() == ["甲", "▇", "丙"]
    assert [raw for _, raw in kept(copy)] == [False, False]


def test_older_saves_that_are_kept_forget_it_too(copy: Copy, wiki: Wiki) -> None:
    """Also one whose case the newest save has no more, and a page that only has it besides."""
    wiki.save(OTHER, replace(CASE, status="resolved", entries=CASE.entries[1:]))
    wiki.save(OTHER)
    copy.take(wiki.bytes(2))
    copy.take(wiki.bytes(1))
    copy.plain(CASE, name="copy of it")
    assert len(kept(copy)) == 4
    copy.desk.redact(copy.id(), copy.entry(SECRET), why="privat")
    gone(copy)
    assert [raw for _, raw in kept(copy)] == [False, True, False, False]


@pytest.mark.parametrize("shape", ["plain", "avatar", "html"])
def test_a_problem_is_taken_out_and_stays_out(copy: Copy, shape: str) -> None:
    def page(*cases: PageCase) -> bytes:
        return SHAPES[shape](lines_of(page_source(cases)), "nova_9")

    first = replace(CASE, entries=(), problem=SECRET)
    copy.take(page(OTHER, first))
    copy.desk.redact(copy.id(), "problem", why="privat")
    gone(copy)
    summary = copy.desk.case(copy.id()).summary
    assert (summary.problem, summary.title) == ("▇", "▇")
    assert counts(copy.take(page(OTHER, first))) == (0, 0, 2, 0)
    second = replace(first, status="resolved")
    copy.take(page(OTHER, second))
    gone(copy)
    assert copy.desk.case(copy.id()).summary.problem == "▇"
    copy.plain(OTHER, replace(second, problem="新的说法"))
    assert copy.desk.case(copy.id()).summary.problem == "新的说法"
    copy.plain(OTHER, second)
    gone(copy)


def test_a_title_is_taken_out(copy: Copy, wiki: Wiki) -> None:
    copy.desk.edit_field(copy.id(), "title", "geheimer-titel-eins")
    copy.desk.edit_field(copy.id(), "title", "geheimer-titel-zwei")
    copy.desk.redact(copy.id(), "title", why="privat")
    gone(copy, "geheimer-titel")
    assert copy.desk.case(copy.id()).summary.title == "▇"
    with pytest.raises(WorkbenchError):
        copy.desk.redact(copy.id(11), "title", why="privat")


def test_every_version_goes(copy: Copy, wiki: Wiki) -> None:
    entry = copy.entry(SECRET)
    for text in ("erste-fassung-rot", "zweite-fassung-blau"):
        copy.desk.edit_entry(copy.id(), entry, text=text)
    copy.desk.redact(copy.id(), entry, why="privat")
    gone(copy, *SECRET.split("\n"), "erste-fassung", "zweite-fassung")


def test_a_part_is_taken_out_of_all_and_the_rest_stands(copy: Copy, wiki: Wiki) -> None:
    entry = copy.entry(SECRET)
    copy.desk.edit_entry(copy.id(), entry, text=SECRET + "\n补充")
    copy.desk.redact(copy.id(), entry, text=PART, why="privat")
    gone(copy, PART)
    assert copy.desk.case(copy.id()).entries[1].text == LEFT + "\n补充"
    assert copy.desk.case(copy.id()).entries[1].redacted
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)
    gone(copy, PART)
    assert len(copy.desk.find("补充")) == 1


def test_a_short_part_too(copy: Copy, wiki: Wiki) -> None:
    """Two characters may stand anywhere, so the whole entry's lines of the kept page go."""
    copy.desk.redact(copy.id(), copy.entry("丙"), why="privat")
    ((source, _),) = kept(copy)
    assert "【YD】:丙" not in source
    assert "【YD】:甲" in source


def test_both_values_of_a_decision_lose_it_and_stay(copy: Copy, wiki: Wiki) -> None:
    entry = copy.desk.case(copy.id()).entries[0]
    for text in ("rot ivory", "blau ivory"):
        copy.desk.edit_entry(copy.id(), entry.id, text=text, seen=entry.seen)
    copy.desk.redact(copy.id(), entry.id, text=PART, why="privat")
    (decision,) = copy.desk.decisions()
    assert [choice.value for choice in decision.values] == ["rot ▇", "blau ▇"]


def test_twice_is_once_and_tells(copy: Copy, wiki: Wiki) -> None:
    entry = copy.entry(SECRET)
    copy.desk.redact(copy.id(), entry, text="brass", why="privat")
    copy.desk.redact(copy.id(), entry, text=PART, why="privat")
    shown = SECRET.replace(PART, "▇").replace("brass", "▇")
    assert copy.desk.case(copy.id()).entries[1].text == shown
    copy.desk.redact(copy.id(), entry, why="privat")
    gone(copy)
    ops = copy.ops()
    with pytest.raises(WorkbenchError, match="no text"):
        copy.desk.redact(copy.id(), entry, why="privat")
    assert copy.ops() == ops


def test_what_is_not_there_or_has_no_reason(copy: Copy, wiki: Wiki) -> None:
    entry, ops = copy.entry(SECRET), copy.ops()
    with pytest.raises(NotFound):
        copy.desk.redact(copy.id(), entry, text="steht nicht da", why="privat")
    with pytest.raises(BadInput):
        copy.desk.redact(copy.id(), entry, why=" \n")
    with pytest.raises(NotFound):
        copy.desk.redact(copy.id(), "a" * 26, why="privat")
    assert copy.ops() == ops


def test_drafts_of_the_case_lose_it(copy: Copy, wiki: Wiki) -> None:
    entry = copy.entry(SECRET)
    texts = (SECRET + "\n补充", "zitat: seven-ivory-lanterns…", "第二行 brass-compass", "nichts")
    for text in texts:
        draft = copy.desk.open_draft(copy.id(), "edit", target=entry)
        copy.desk.save_draft(draft.id, text)
        if text == texts[2]:
            copy.desk.discard_draft(draft.id)
    copy.desk.redact(copy.id(), entry, why="privat")
    gone(copy, SECRET, "第二行 brass-compass")
    assert [draft.text for draft in copy.desk.drafts()] == ["▇\n补充", texts[1], "nichts"]
    copy.desk.redact(copy.id(), copy.entry("丙"), why="privat")


def test_words_typed_here_and_found_on_the_page_stay_out(copy: Copy, wiki: Wiki) -> None:
    """The page has no change of its own for them, but its name of them is known."""
    text = "新口令 copper-kettle"
    written = copy.desk.note(copy.id(), text)
    page = replace(CASE, entries=(*CASE.entries, PageEntry(text, "anna")))
    wiki.save(OTHER, page)
    copy.take(wiki.bytes())
    assert written.entry_id is not None
    copy.desk.redact(copy.id(), written.entry_id, why="privat")
    gone(copy, "copper-kettle")
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)
    wiki.save(OTHER, replace(page, status="resolved"))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 1, 0)
    gone(copy, "copper-kettle")
    assert copy.texts()[3] == "▇"


def test_an_entry_edited_here_and_so_on_the_page_stays_out(copy: Copy, wiki: Wiki) -> None:
    entry = copy.entry("丙")
    copy.desk.edit_entry(copy.id(), entry, text="丙 copper-kettle")
    page = replace(CASE, entries=(*CASE.entries[:2], PageEntry("丙 copper-kettle", "YD")))
    wiki.save(OTHER, page)
    copy.take(wiki.bytes())
    copy.desk.redact(copy.id(), entry, why="privat")
    gone(copy, "copper-kettle")
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)
    gone(copy, "copper-kettle")


def test_other_words_on_the_page_later_are_shown(copy: Copy, wiki: Wiki) -> None:
    """A redaction takes out what was there; what the page says anew is nobody's secret yet."""
    for text, entry in ((None, copy.entry(SECRET)), (PART, copy.entry("丙"))):
        if text is not None:
            copy.desk.edit_entry(copy.id(), entry, text="丙 ivory")
        copy.desk.redact(copy.id(), entry, text=text, why="privat")
    wiki.save(
        OTHER, replace(CASE, entries=(CASE.entries[0], PageEntry("改过了", "LM"), CASE.entries[2]))
    )
    copy.take(wiki.bytes())
    assert copy.texts() == ["甲", "改过了", "丙 ▇"]
    gone(copy)


def test_the_same_words_of_another_entry_stay(copy: Copy) -> None:
    same = PageEntry("收到了的同一句", "YD")
    copy.take(Wiki(replace(CASE, entries=(same, PageEntry("乙", "LM"), same))).bytes())
    first = copy.desk.case(copy.id()).entries[0].id
    copy.desk.redact(copy.id(), first, why="privat")
    assert copy.texts() == ["▇", "乙", "收到了的同一句"]


def test_a_copy_that_hears_of_it_forgets_too(copy: Copy, wiki: Wiki, copies: Copies) -> None:
    boris = copies("boris")
    boris.take(wiki.bytes())
    copy.desk.redact(copy.id(), copy.entry(SECRET), why="privat")
    copy.send(boris)
    assert boris.texts() == ["甲", "▇", "丙"]
    assert not any(b"seven-ivory" in (data or b"") for (data,) in boris.sql("SELECT bytes FROM op"))
    assert counts(boris.take(wiki.bytes())) == (0, 0, 2, 0)
    assert boris.texts() == ["甲", "▇", "丙"]


def test_words_written_on_another_copy_meanwhile_become_their_authors_draft(
    copy: Copy, wiki: Wiki, copies: Copies
) -> None:
    boris = copies("boris")
    exchange(copy, boris)
    entry = copy.entry(SECRET)
    boris.desk.edit_entry(boris.id(), entry, text="我补充了 seven-ivory-lanterns 的事")
    copy.desk.redact(copy.id(), entry, why="privat")
    exchange(copy, boris)
    assert copy.texts() == boris.texts() == ["甲", "▇", "丙"]
    gone(copy)
    assert [draft.text for draft in boris.desk.drafts()] == ["我补充了 seven-ivory-lanterns 的事"]


@pytest.mark.parametrize("field", ["problem", "entry"])
@pytest.mark.parametrize("knowing_first", [True, False])
def test_new_words_of_the_page_stay_that_another_read_who_knew_of_no_redaction(
    copy: Copy, wiki: Wiki, copies: Copies, field: str, knowing_first: bool
) -> None:
    """Both imports are one by their name; the one that came after the redaction stands."""
    boris = copies("boris")
    boris.take(wiki.bytes())
    about = "problem" if field == "problem" else copy.entry(SECRET)
    copy.desk.redact(copy.id(), about, why="privat")
    page = replace(CASE, problem="桩一直离线")
    if field == "entry":
        page = replace(CASE, entries=(CASE.entries[0], PageEntry("改过了", "LM"), CASE.entries[2]))
    wiki.save(OTHER, page)
    for one in (copy, boris) if knowing_first else (boris, copy):
        one.take(wiki.bytes())
    boris.publish()
    new = page.problem if field == "problem" else "改过了"
    exchange(copy, boris)
    for one in (copy, boris):
        assert new in (one.desk.case(one.id()).summary.problem, *one.texts())
        assert not one.desk.decisions()
        assert new in kept(one)[-1][0]
    for one in (copy, boris):  # whoever goes on from these words knows of the redaction
        shown = one.desk.case(one.id()).summary.problem
        one.desk.edit_field(one.id(), "problem", f"{one.author}: {shown}")
        exchange(copy, boris)
        one.sound()
    assert copy.shown() == boris.shown()
    assert copy.desk.case(copy.id()).summary.problem == f"boris: anna: {page.problem}"
    secret = CASE.problem if field == "problem" else "seven-ivory"
    rows = boris.sql("SELECT bytes FROM op WHERE bytes IS NOT NULL")
    assert not any(secret in data.decode() for (data,) in rows)
    assert copy.desk.drafts() == boris.desk.drafts() == []
