"""Which entry of a page is which that is known: what may be told by words, and what may not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import examples
from workbench.cases import matching
from workbench.cases.matching import Known, OnPage, match

Said = tuple[str, str]
"""Who says what."""

TOP, MIDDLE, END = ("NOVA", "麻烦先看一下这三笔"), ("LM", "三笔都在异常订单里"), ("Tom", "补回去了")


def page(*said: Said) -> list[OnPage]:
    return matching.on_page("case", [(who, text, ()) for who, text in said])


def known(*said: Said, here: Sequence[str] = ()) -> list[Known]:
    """Return what an earlier save said, of which the first was edited here since."""
    found = page(*said)
    texts = [*here, *(entry.text for entry in found[len(here) :])]
    return [
        Known(
            id=entry.name,
            names=frozenset({entry.name}),
            says=entry.equality if text == entry.text else text,
            equalities=frozenset({entry.equality, text}),
            speaker=entry.speaker,
            text=text,
            was_on_page=True,
            above=frozenset({above}),
            texts=(entry.text, text),
            from_page=(entry.text,),
            speakers=frozenset({entry.speaker}),
        )
        for above, entry, text in zip(
            ["", *(entry.name for entry in found)], found, texts, strict=False
        )
    ]


def found(before: Sequence[Known], *said: Said) -> list[int | None]:
    """Say which of the known entries each of a page is, by its place; None for a new one."""
    ids = [entry.id for entry in before]
    return [None if m.id is None else ids.index(m.id) for m in match(page(*said), before)]


def test_what_the_page_said_tells_and_not_what_stands_here() -> None:
    before = known(TOP, MIDDLE, END, here=["王工一", "王工二", "王工三"])
    edited = [(who, text.replace("三", "四") + "。") for who, text in (TOP, MIDDLE, END)]
    assert found(before, *edited) == [0, 1, 2]
    assert found(before, edited[0], MIDDLE, edited[2]) == [0, 1, 2]
    assert found(before, ("NOVA", "王工一，已看"), MIDDLE, END) == [0, 1, 2]


def test_what_another_says_or_is_unlike_is_new() -> None:
    before = known(TOP, MIDDLE, END)
    assert found(before, ("LM", "麻烦先看一下这四笔"), ("NOVA", "四笔都在异常订单里"), END) == [
        None,
        None,
        2,
    ]
    assert found(before, ("NOVA", "换了控制板"), ("LM", "寄出"), END) == [None, None, 2]


def test_what_a_page_said_tells_before_what_somebody_wrote_here() -> None:
    """Another copy may not have those words, and must come to the same."""
    one, two = ("LM", "控制板进水了"), ("LM", "甲站已经恢复供电")
    edited = ("LM", "甲站已经恢复供电。")
    for here in ([], ["甲站已经恢复供电。。"]):
        assert found(known(one, two, END, here=here), edited, ("Tom", "补回去啦")) == [1, 2]


def test_of_two_that_are_equally_like_none_is_chosen() -> None:
    one, two = ("LM", "第1笔已退"), ("LM", "第2笔已退")
    assert found(known(one, two, END), ("LM", "第3笔已退"), END) == [None, 2]
    assert found(known(one, END), ("LM", "第3笔已退"), ("LM", "第4笔已退"), END) == [None, None, 1]
    assert found(known(one, two, END), ("LM", "第3笔已退"), ("LM", "第4笔已退"), END) == [0, 1, 2]


def test_the_likelier_one_is_chosen_and_the_other_is_new() -> None:
    before = known(TOP, END)
    more, less = ("NOVA", "麻烦先看一下这三笔吧"), ("NOVA", "麻烦先看一下那四笔吧")
    assert found(before, less, more, END) == [None, 0, 1]
    assert found(before, more, less, END) == [0, None, 1]


def test_a_place_tells_before_words_do_as_it_ever_did() -> None:
    """What another program finds by a place must not be found to be something else here."""
    named, other, *_ = known(("LM", "三笔都在订单里"), ("LM", "补回去了"), END, TOP)
    renamed = named._replace(speaker="王工")
    before = [*known(("NOVA", "看一下")), renamed, other, *known(END)]
    assert found(before, ("NOVA", "看一下"), ("LM", "四笔都在订单里"), END) == [0, 2, 3]
    gone = [*before[:2], before[3]]
    assert found(gone, ("NOVA", "看一下"), ("LM", "四笔都在订单里"), END) == [0, 1, 2]


def test_what_was_moved_is_not_guessed_at() -> None:
    one, two = ("LM", "甲站已经恢复供电"), ("LM", "乙桩的屏幕还是黑的")
    moved = [("LM", "乙桩的屏幕还是黑的!"), ("LM", "甲站已经恢复供电!")]
    assert found(known(one, two), *moved) == [None, None]


def test_a_gap_of_very_many_is_left() -> None:
    many = [("LM", f"第{n}笔在订单里") for n in range(60)]
    others = [("LM", f"{text}。") for _, text in many]
    assert set(found(known(*many), *others)) == {None}
    assert found(known(*many[:40]), *others[:40]) == list(range(40))


# --- whatever people did ----------------------------------------------------------------------

speakers = st.sampled_from(["NOVA", "LM"])
texts = st.text("一二三订单站桩退款了", min_size=1, max_size=8)
threads = st.lists(st.tuples(speakers, texts), max_size=6)
keys = st.lists(st.sampled_from(["keep", "add", "drop", "edit", "put in"]), max_size=6)


@given(threads, keys, st.data())
@examples(80)
def test_nothing_is_matched_twice_and_nothing_crosses(
    thread: list[Said], acts: list[str], data: st.DataObject
) -> None:
    """Beside that only what one person says alike is told by its words."""
    now: list[Said] = []
    for nth, (who, text) in enumerate(thread):
        what = acts[nth] if nth < len(acts) else "keep"
        if what == "put in":
            now.append(data.draw(st.tuples(speakers, texts)))
        if what != "drop":
            more = data.draw(texts) if what in ("add", "edit") else ""
            now.append((who, more if what == "edit" else text + more))
    before = known(*thread)
    matches = match(page(*now), before)
    places = [entry.id for entry in before]
    ids = [m.id for m in matches if m.id is not None]
    assert len(set(ids)) == len(ids)
    assert len({m.name for m in matches}) == len(matches)
    state = matching._State(page(*now), before, None)
    matching._match_names(state)
    matching._match_words(state)
    matching._match_versions(state)
    matching._match_twins(state)
    settled = dict(state.found)
    for nth, m in enumerate(matches):
        if nth in settled:
            assert m == settled[nth]  # what an older program finds is found
        elif m.id is not None:
            own = before[places.index(m.id)]
            assert own.speaker == page(*now)[nth].speaker
            assert matching._likeness(page(*now)[nth], own.texts) >= matching.LIKENESS
    for gap in matching._gaps(settled, len(now)):
        order = [places.index(i) for n in gap if (i := matches[n].id) is not None]
        assert all(one < other for one, other in pairwise(order))
