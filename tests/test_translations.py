"""All text on screen is there in Chinese, and the compiled catalog is what was written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.translations import MO, NotLiteral, compiled, fields, in_source, read_po, used
from workbench import language
from workbench.cases.model import STATUSES
from workbench.language import choose, later, setup, status_word, t, tn

AGAIN = "run `uv run python -m tests.translations`"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """Leave the language as every other test expects it."""
    yield
    setup("en")


def test_every_text_has_a_translation() -> None:
    translations = read_po()
    missing = [message[0] for message in used() if not translations.get(message)]
    assert not missing, f"{AGAIN} and translate them"


def test_no_translation_is_left_over() -> None:
    assert not set(read_po()) - set(used()), AGAIN


def test_the_compiled_catalog_is_current() -> None:
    assert MO.read_bytes() == compiled(read_po()), AGAIN


def test_a_translation_fills_in_what_the_text_does() -> None:
    wrong = {}
    for (one, many), text in read_po().items():
        allowed = fields(one) | fields(many or "")
        if text and not fields(one) - {"count"} <= fields(text) <= allowed:
            wrong[one] = text
    assert not wrong


def test_a_text_put_together_at_run_time_is_noticed() -> None:
    with pytest.raises(NotLiteral, match="line 2"):
        list(in_source("\nt(f'{n} cases')", "x.py"))
    assert list(in_source("t('a' 'b'); language.t('c'); tn('one', 'many', n)", "x.py")) == [
        ("ab", None),
        ("c", None),
        ("one", "many"),
    ]


def test_status_words_are_the_teams_own() -> None:
    setup("zh")
    assert [status_word(status) for status in STATUSES] == ["未设置", "处理中", "暂搁置", "已解决"]
    setup("en")
    assert [status_word(status) for status in STATUSES] == [
        "Unset",
        "In progress",
        "On hold",
        "Resolved",
    ]


def test_values_are_filled_in_in_both_languages() -> None:
    for lang in ("en", "zh"):
        setup(lang)
        assert "{a}" in t("Did you mean {names}?", names="{a}")
        assert t("a text that no catalog has: {x}") == "a text that no catalog has: {x}"
        assert t("") == ""
    setup("en")
    assert tn("{count} cat", "{count} cats", 1) == "1 cat"
    assert tn("{count} cat", "{count} cats", 2) == "2 cats"
    assert later("Unset") == "Unset"


@pytest.mark.parametrize(
    ("asked", "env", "lang"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {"LANG": "C"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_comes_from_the_request_else_from_the_locale(
    asked: str | None, env: dict[str, str], lang: str
) -> None:
    assert choose(asked, env) == lang


def test_english_loads_no_catalog() -> None:
    program = (
        "import sys; from workbench.language import setup, t; setup('en'); t('Unset');"
        "print('gettext' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
    assert language.current() == "en"
