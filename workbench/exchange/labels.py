"""The words that give a page its structure: case headings, labels, speakers, dated updates.

A label counts only at the start of a line's text, and not when its first character is escaped:
that is how a person's text shows a label without being one. Full-width signs count as their ASCII
twins; what was written is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from workbench.cases.dates import calendar_day, parse_date
from workbench.cases.model import Status
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.cases.text import narrow
from workbench.exchange.xwiki import Markup, bare

DEFAULT_SPEAKERS = ("客户", "研发", "厂家", "用户")
"""Bare words that say who speaks when a colon follows them."""

Kind = Literal["problem", "tracking", "resolution", "status", "engineers", "speaker", "update"]

CHOICES: dict[str, Status] = {"已解决": "resolved", "处理中": "in_progress", "暂搁置": "on_hold"}
_MARK = "☑"

_HEADING = re.compile(
    r"(?:(?:(?P<project>[^\s#]+)_)?case\s*)?#\s*(?P<number>[0-9]+)(?:\s*_(?P<date>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_LABELS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("problem", re.compile(r"(?P<label>问题描述)\s*(?::|$)")),
    ("tracking", re.compile(r"--\s*(?P<label>跟踪)(?:\s*:|\s|$)")),
    ("resolution", re.compile(r"--\s*(?P<label>解决)(?:\s*:|\s|$)")),
    ("status", re.compile(r"(?P<label>状态)\s*(?P<legend>\([^()]*\)\s*)?:")),
    (
        "engineers",
        re.compile(r"(?P<label>售后\s*\(\s*跟单\s*\)\s*工程师|数据统计人)\s*(?::|\s|$)"),
    ),
)
_LABEL_STARTS = frozenset("问-状售数")
_UPDATE = re.compile(
    r"""[~\s]*(?P<label>update|更新)\s*(?:于|:)?\s*
        (?: (?P<packed>[0-9]{8,9})(?![0-9])
          | (?P<year>[0-9]{4})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)
            (?P<day>[0-9]{1,2})(?![0-9])
          | (?:(?P<nian>[0-9]{4})\s*年\s*)?(?P<yue>[0-9]{1,2})\s*月\s*(?P<ri>[0-9]{1,2})\s*[日号]
        )""",
    re.IGNORECASE | re.VERBOSE,
)


class Heading(Record):
    """A case's heading. ``project`` is None where it names none."""

    project: str | None
    number: int
    date_raw: str


class Label(Record):
    """A label that a line begins with. ``rest`` is the line's text behind it.

    ``name``: for a speaker who speaks, for engineers the label, as written. ``legend``: a status
    label with the legend of its marks, or with choices: one that no sentence begins with.
    """

    kind: Kind
    rest: str
    name: str = ""
    happened_on: str | None = None
    legend: bool = False


def read_heading(line: Markup) -> Heading | None:
    """Return the case that the line heads, or None.

    The number has at most nine digits; what stands behind it is kept as it was written, whatever
    it is: whether it is a date is asked elsewhere.
    """
    text = line.text
    if line.heading and not line.closed:
        text = bare(text.lstrip("="))
    match = _HEADING.fullmatch(narrow(text)) if line.heading else None
    if match is None or len(match["number"]) > 9:
        return None
    project = text[slice(*match.span("project"))] if match["project"] else None
    date = text[slice(*match.span("date"))] if match["date"] else ""
    return Heading(project, int(match["number"]), bare(date))


def looks_like_case(line: Markup) -> bool:
    """Say whether a heading seems to be meant for a case, though it may not be readable."""
    return bool(line.heading) and "case#" in narrow(line.text).replace(" ", "").casefold()


def read_label(line: Markup, speakers: Sequence[str] = DEFAULT_SPEAKERS) -> Label | None:
    """Return the label that the line begins with, or None for a line of text."""
    text = line.text
    if not text:
        return None
    first, words = text[0], tuple(speakers)
    if first == "【":
        return _bracketed(line)
    if _is_chinese(first) and first not in _LABEL_STARTS and first not in _word_starts(words):
        return None
    plain = narrow(text)
    if plain[0] in _LABEL_STARTS:
        for kind, pattern in _LABELS:
            match = pattern.match(plain)
            if match and match.start("label") not in line.escaped:
                return _labelled(kind, match, text)
    if match := _UPDATE.match(plain):
        return None if match.start("label") in line.escaped else _update(match, text)
    match = _bare_words(words).match(plain)
    if match is None or 0 in line.escaped:
        return None
    return Label("speaker", bare(text[match.end() :]), bare(text[: match.end("word")]))


def read_status(rest: str) -> tuple[Status | None, str | None]:
    """Read what stands behind a status label.

    Returns:
        The status, and a sentence for a person where the line does not say one thing: then the
        status is None, or the line says more than a status.
    """
    text = rest.replace("\ufe0f", "")
    chosen = [CHOICES[word] for word in _CHOSEN.findall(text)]
    if text.count(_MARK) > len(chosen):
        return None, said("The {mark} marks no choice that is known: {rest}", mark=_MARK, rest=rest)
    if len(chosen) > 1:
        return None, said("More than one status is marked: {rest}", rest=rest)
    more = bare(_CHOICE_SIGNS.sub(" ", text))
    question = said("The status line says more than a status: {more}", more=more) if more else None
    return chosen[0] if chosen else "unset", question


def split_names(text: str) -> tuple[str, ...]:
    """Return the names that a line of engineers gives, each once, as written."""
    names = map(bare, _BETWEEN_NAMES.split(text))
    return tuple(dict.fromkeys(name for name in names if name))


_WORDS = "|".join(CHOICES)
_CHOSEN = re.compile(rf"{_MARK}\s*({_WORDS})")
_CHOICE_SIGNS = re.compile(rf"{_MARK}|{_WORDS}|[|｜/、,，]")
_BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")


def _bracketed(line: Markup) -> Label | None:
    end = line.text.find("】")
    name = bare(line.text[1:end])
    if end < 0 or not name or "\n" in name or 0 in line.escaped:
        return None
    rest = bare(line.text[end + 1 :])
    return Label("speaker", bare(rest[1:]) if rest[:1] in (":", "：") else rest, name)


def _labelled(kind: Kind, match: re.Match[str], text: str) -> Label:
    rest = bare(text[match.end() :])
    legend = False
    if kind == "status":
        inside = match["legend"] or ""
        legend = _MARK in inside or "选定" in inside or bool(_CHOSEN.search(rest))
        legend = legend or ("|" in narrow(rest) and any(word in rest for word in CHOICES))
    return Label(kind, rest, text[slice(*match.span("label"))], legend=legend)


def _update(match: re.Match[str], text: str) -> Label:
    day = None
    if match["packed"]:
        day = parse_date(match["packed"])
    elif match["year"]:
        day = calendar_day(int(match["year"]), int(match["month"]), int(match["day"]))
    elif match["nian"]:
        day = calendar_day(int(match["nian"]), int(match["yue"]), int(match["ri"]))
    return Label("update", text, happened_on=day)


def _is_chinese(sign: str) -> bool:
    """Say whether a sign is a Chinese character, which is written in one way only."""
    return "\u4e00" <= sign <= "\u9fff"


@lru_cache(maxsize=8)
def _word_starts(speakers: tuple[str, ...]) -> frozenset[str]:
    """Return the first signs of the bare words that are labels."""
    return frozenset(word[0] for word in ("更新", *speakers) if word)


@lru_cache(maxsize=8)
def _bare_words(speakers: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted((narrow(word) for word in speakers if bare(word)), key=len, reverse=True)
    return re.compile(rf"(?P<word>{'|'.join(map(re.escape, words)) or '(?!)'})\s*:", re.IGNORECASE)
