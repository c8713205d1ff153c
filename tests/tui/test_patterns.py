"""Patterns of a site: which are taken, that none holds the screen up, where they lead."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.tui.driving import driven
from tests.tui.stage import World
from workbench.config import load
from workbench.patterns import Pattern, find, problem
from workbench.tomlfile import ConfigError
from workbench.tui.mentioned import spans

ORDER = Pattern("工单", "WO-[0-9]{3,12}", "https://example.com/{value}")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("WO-[0-9]+", ""),
        ("(?<![A-Z])(?:WO|XO)-?[0-9]{3,8}", ""),
        ("(a+)+b{3}", "single signs"),
        ("(?:a|ab){3,9}x", "single signs"),
        (r"(abc)\1", "single signs"),
        ("[a-z]+[a-z]+[0-9]+abc", "too many ways"),
        ("[0-9]*", "less than 3"),
        ("abc(", "no regular expression"),
        ("a" * 201, "at most 200"),
        ("abc\n", "one line"),
    ],
)
def test_a_pattern_whose_time_has_no_bound_is_refused(pattern: str, says: str) -> None:
    found = problem({"pattern": pattern})
    assert (says in found) if says else (found == "")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"url": "https://example.com/{value}"}, "has a pattern"),
        ({"pattern": "abc", "color": "x"}, "has a pattern"),
        ({"pattern": "abc", "url": "file:///etc/{value}"}, "http"),
        ({"pattern": "abc", "url": "https://example.com/"}, "{value}"),
    ],
)
def test_a_mistake_in_a_table_is_said(raw: dict[str, Any], says: str) -> None:
    assert says in problem(raw)


def test_a_mistake_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('stale_days = 3\n[references.WO]\npattern = "(a+)+"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config\.toml, line 3: references\.WO: .*matches less"):
        load(file, {})
    file.write_text('[references.WO]\npattern = "WO-[0-9]+"\n', encoding="utf-8")
    assert load(file, {}).patterns == (Pattern("WO", "WO-[0-9]+", ""),)


def test_what_is_found_and_its_address() -> None:
    text = "见 WO-12345。\nWO-9 不是，WO-678 是"
    assert [(s.value, text[s.start : s.end]) for s in find([ORDER], text)] == [
        ("WO-12345", "WO-12345"),
        ("WO-678", "WO-678"),
    ]
    assert ORDER.address("WO-1/2?x") == "https://example.com/WO-1%2F2%3Fx"
    assert spans("WO-13900000317", [ORDER]) == [(3, 14)]  # what everybody has comes first


def test_the_worst_pattern_that_is_taken_takes_no_time_worth_a_word() -> None:
    worst = Pattern("x", "[a-z]{1,100}[a-z]{1,100}[0-9]zz", "")
    assert problem({"pattern": worst.pattern}) == ""
    began = process_time()
    assert list(find([worst], "a" * 1_000_000)) == []
    one = process_time() - began
    began = process_time()
    assert list(find([worst], "a" * 4_000_000)) == []
    assert process_time() - began < 3 * one + 0.2  # it is looked at no further than that


async def test_a_page_of_the_site_is_opened(world: World, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    own = tmp_path / "opener"
    own.write_text(f'#!/bin/sh\necho "$1" > "{opened}.part"; mv "{opened}.part" "{opened}"\n')
    own.chmod(0o755)
    file = tmp_path / "config.toml"
    file.write_text(
        f'opener = "{own}"\n[references.WO]\npattern = "WO-[0-9]+"\n'
        'url = "https://example.com/{value}"\n',
        encoding="utf-8",
    )
    case = world.cases[0]
    world.desk.note(case, "工单 WO-123")
    async with driven(world, (120, 40), config=load(file, {})) as ui:
        await ui.go_to(case)
        await ui.press("enter", "end", "m")
        await ui.shows("WO-123  1 case  https://example.com/WO-123")
        await ui.press("o")
        await ui.until(opened.exists, "the program was started")
        assert opened.read_text() == "https://example.com/WO-123\n"
