"""What a query that is being written may become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.errors import QueryError
from workbench.cases.query import FLAGS, parse
from workbench.cases.query.completing import begun, candidates, completed, replaced
from workbench.cases.query.vocabulary import FIELD_WORDS, FIELDS, VALUE_WORDS

NAMES = ("LM", "Lin Wei", "王工", "Kay")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("离线", []),
        ("sta", ["status:"]),
        ("S", ["status:", "speaker:"]),
        ("离线 -(op", ["opened:"]),
        ("状", ["状态:"]),
        ("status:", ["unset", "in_progress", "on_hold", "resolved"]),
        ("status：unset，R", ["resolved"]),
        ("状态：", ["未设置", "处理中", "暂搁置", "已解决"]),
        ("status:处", ["处理中"]),
        ("-is:un", ["unread"]),
        ("(a OR has:", ["image", "file"]),
        ("engineer:", list(NAMES)),
        ("engineer:l", ["LM", "Lin Wei"]),
        ("engineer:ｌｍ", ["LM"]),
        ("engineer:wg", ["王工"]),
        ("speaker:LM,wg", ["王工"]),
        ("engineer:WG", []),
        ('engineer:Kay,"lin w', ["Lin Wei"]),
        ("工程师:王", ["王工"]),
        ("updated:<", ["<7d"]),
        ("ref:", []),
        ('"status:', []),
        ("12:3", []),
        ("status:unset ", []),
        ("foo:", []),
    ],
)
def test_candidates(text: str, words: list[str]) -> None:
    assert candidates(text, NAMES) == words


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("sta", "status:", "status:"),
        ("STA", "status:", "STAtus:"),
        ("a status:un", "unset", "a status:unset"),
        ("engineer:", "Lin Wei", 'engineer:"Lin Wei"'),
        ('engineer:"lin', "Lin Wei", 'engineer:"lin Wei"'),
        ("engineer:“lin", "Lin Wei", 'engineer:“lin Wei"'),
        ("engineer:lin", "Lin Wei", None),
        ("tag:a，王", "王工", "tag:a，王工"),
    ],
)
def test_a_candidate_is_written_out(text: str, word: str, whole: str | None) -> None:
    assert completed(text, word) == whole


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("离线 -engineer:wg", "王工", "离线 -engineer:王工"),
        ("engineer:LM，wg", "王工", "engineer:LM，王工"),
        ("engineer:lw", "李 伟", 'engineer:"李 伟"'),
        ('speaker:"wg', "王工", 'speaker:"王工"'),
        ("engineer:lin", "Lin Wei", 'engineer:"Lin Wei"'),
    ],
)
def test_a_candidate_takes_the_place_of_its_initials(text: str, word: str, whole: str) -> None:
    assert completed(text, word) is None
    assert replaced(text, word) == whole


@pytest.mark.parametrize("name", FIELDS)
def test_every_value_that_is_offered_can_be_read(name: str) -> None:
    assert {word for word in FIELD_WORDS if FIELD_WORDS[word] == name}
    for word in VALUE_WORDS.get(name, {}):
        assert parse(f"{name}:{word}")
    for word in candidates(f"{name}:", NAMES):
        assert parse(completed(f"{name}:", word) or "(")


@given(st.text('status:在处 "“”(),，-：LMn', max_size=14))
def test_whatever_was_typed_is_completed_by_writing_on(text: str) -> None:
    found = begun(text)
    if found is not None:
        rest = text[found.start :]
        assert found.typed == (rest if found.field is None else rest.lstrip('"“”'))
    for word in candidates(text, (*NAMES, *FLAGS)):
        whole = completed(text, word)
        assert whole is None or whole.startswith(text)


@given(st.sampled_from(["", "a ", "-", "(x OR ", '"a b" ']), st.sampled_from(FIELDS), st.data())
def test_a_completed_value_is_a_query(before: str, field: str, data: st.DataObject) -> None:
    words = candidates(f"{before}{field}:", NAMES)
    if words:
        whole = completed(f"{before}{field}:", data.draw(st.sampled_from(words)))
        try:
            assert parse((whole or "(") + ")" * before.count("("))
        except QueryError as mistake:
            pytest.fail(f"{whole}: {mistake}")
