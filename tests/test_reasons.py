"""What Python says of a mistake is told in the person's language, with nothing lost of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench import language
from workbench.config import load
from workbench.patterns import problem
from workbench.reasons import expression_reason, toml_reason
from workbench.tomlfile import ConfigError

CHINESE = re.compile("[一-鿿]")
BAD_TOML = (
    *(
        "a",
        "a = ",
        "a = [1",
        'a = "b',
        "a = {b = 1",
        "[a",
        "[[a",
        "a = 1 b = 2",
        "= 1",
        "a = 1\na = 2",
    ),
    *(
        'a = "\\x"',
        'a = "\\uZZZZ"',
        "a = 2026-13-40",
        "a = {b = 1, b = 2}",
        "[a]\n[a]",
        'a = "\x01"',
        'a = "b\n"',
    ),
    *("[a]\nb.c = 1\n[a.b]", "a = {b = 1}\na.c = 2", 'a = "\\uD800"'),
)
BAD_EXPRESSIONS = (
    *("(ab", "ab)", "*ab", "a**", "[ab", "[b-a]", "ab\\", "\\q", "\\x1", r"(a)\2", "a{3,1}", "(?<"),
    "(?Pa)",
)


@pytest.fixture
def chinese() -> Iterator[None]:
    language.setup("zh")
    yield
    language.setup("en")


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("text", BAD_TOML)
def test_what_is_wrong_with_toml_is_told_in_chinese(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert CHINESE.search(toml_reason(caught.value)), caught.value


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("text", BAD_EXPRESSIONS)
def test_what_is_wrong_with_an_expression_is_told_in_chinese(text: str) -> None:
    with pytest.raises(re.error) as caught:
        re.compile(text)
    assert CHINESE.search(expression_reason(caught.value)), caught.value


@pytest.mark.usefixtures("chinese")
def test_the_values_in_a_reason_are_kept() -> None:
    assert "\\q" in expression_reason(re.error("bad escape \\q", "\\q", 0))
    assert toml_reason(ValueError("Cannot declare ('a', 'b') twice (at line 3, column 5)")) == (
        "('a', 'b') 声明了两次"
    )


@pytest.mark.usefixtures("chinese")
def test_a_reason_that_nobody_knows_stays_as_it_is() -> None:
    assert toml_reason(ValueError("A new rule {x} (at end of document)")) == "A new rule {x}"
    assert expression_reason(re.error("a newer rule", "ab", 1)) == "a newer rule"


@pytest.mark.usefixtures("chinese")
def test_both_are_told_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("stale_days = 3\ntheme dark\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.toml.*2.*键后面缺“=”"):
        load(file, {})
    assert "缺右括号" in problem({"pattern": "abc("})
