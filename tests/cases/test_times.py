"""Times as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.errors import BadInput
from workbench.cases.times import exact_day, iso, milliseconds, parse_day, parse_time

CHINA = timezone(timedelta(hours=8))
NOW = 1_795_343_400_000  # 2026-11-22T10:30:00Z
TODAY = date(2026, 11, 22)


def read(text: str) -> str:
    return parse_time(text, NOW, CHINA)


def test_iso_has_milliseconds_and_an_offset() -> None:
    assert iso(NOW) == "2026-11-22T10:30:00.000+00:00"
    assert iso(-1) == "1969-12-31T23:59:59.999+00:00"


def test_iso_ends_where_the_calendar_does() -> None:
    assert iso(10**18) == "9999-12-31T23:59:59.999+00:00"
    assert iso(-(10**18)) == "0001-01-01T00:00:00.000+00:00"


@given(st.integers(0, 7_258_118_399_999))
def test_iso_is_exact_and_is_read_back(ms: int) -> None:
    assert round(datetime.fromisoformat(iso(ms)).timestamp() * 1000) == ms
    assert parse_time(iso(ms), 0, CHINA) == iso(ms)


@pytest.mark.parametrize(
    "text",
    ["2026-11-22", "20261122", "２０２６１１２２", " 2026/11/22 ", "2026.11.22", "今天", "Today"],
)
def test_a_date_alone_stays_a_date(text: str) -> None:
    assert read(text) == "2026-11-22"


def test_words_for_days_are_those_of_the_zone() -> None:
    late = NOW + 6 * 3_600_000
    assert parse_time("today", late, CHINA) == "2026-11-23"
    assert parse_time("today", late, UTC) == "2026-11-22"
    assert read("昨天") == "2026-11-21"
    assert read("tomorrow") == "2026-11-23"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 18:30",
        "２０２６－１１－２２　１８：３０",
        "20261122 18:30:00",
        "2026-11-22T18:30",
        "2026-11-22T10:30Z",
        "2026-11-22T10:30:00.0004z",
        "2026-11-22T18:30:00+08:00",
        "2026-11-22 05:00:00,000 -0530",
        "2026-11-22T10:30:00.000+00:00",
        "2026-11-22T11:30+01",
    ],
)
def test_a_time_is_given_in_utc(text: str) -> None:
    assert read(text) == iso(NOW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no date was given"),
        ("soon", "is no date"),
        ("202611225", "is no date"),
        ("2026-11/22", "is no date"),
        ("2026-11-22 1830", "is no date"),
        ("٢٠٢٦-11-22", "is no date"),
        ("2026-13-01", "month 13"),
        ("20260229", "does not exist in 2026-02"),
        ("2026-11-00", "does not exist in 2026-11"),
        ("0210-11-22", "years 1970 to 2199"),
        ("2026-11-22 24:00", "time of day"),
        ("2026-11-22 10:61", "time of day"),
        ("2026-11-22 10:30+15:00", "offset +15:00"),
        ("2026-11-22 10:30-08:60", "offset -08:60"),
    ],
)
def test_what_can_not_be_is_refused_with_the_forms_that_work(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=re.escape(why)) as caught:
        read(text)
    assert text in str(caught.value)
    assert "2026-11-22T10:30+08:00" in (caught.value.hint or "")


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert parse_time("2026-03-29 01:59", NOW, berlin) == "2026-03-29T00:59:00.000+00:00"
    with pytest.raises(BadInput, match="clocks went forward"):
        parse_time("2026-03-29 02:30", NOW, berlin)


def test_a_day_has_no_time() -> None:
    assert exact_day("２０２６１１２２") == parse_day("２０２６１１２２", TODAY) == "2026-11-22"
    with pytest.raises(BadInput, match="only a date is wanted") as caught:
        exact_day("2026-11-22 10:30")
    assert caught.value.hint == "write it as YYYY-MM-DD or YYYYMMDD"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("tomorrow 明天 +1 一天后 ＋１", "2026-11-23"),
        ("+7 +1w 下周日 下个星期天 一周后 一个星期之后", "2026-11-29"),
        ("三天后 3天后 3天以后 +3d", "2026-11-25"),
        ("下周一 下礼拜一", "2026-11-23"),
        ("两周后 14天后 十四天后 +2w", "2026-12-06"),
        ("昨天 -1 1天前 一天之前", "2026-11-21"),
        ("本周一 这周一 -6", "2026-11-16"),
        ("二十三天后", "2026-12-15"),
    ],
)
def test_a_day_is_said_as_people_say_it(words: str, day: str) -> None:
    for word in words.replace("", "").split():
        assert {parse_day(word, TODAY, ahead=ahead) for ahead in (True, False)} == {day}, word
        assert read(word) == day, word


def test_a_day_that_tells_no_direction_is_on_the_side_that_is_meant() -> None:
    for word, later, before in (
        ("3-1", "2027-03-01", "2026-03-01"),
        ("12月2日", "2026-12-02", "2025-12-02"),
        ("11/22", "2026-11-22", "2026-11-22"),
        ("2-29", "2028-02-29", "2024-02-29"),
        ("2w", "2026-12-06", "2026-11-08"),
        ("三天", "2026-11-25", "2026-11-19"),
    ):
        assert parse_day(word, TODAY, ahead=True) == later
        assert parse_day(word, TODAY) == read(word) == before


def test_an_example_of_a_day_to_come_is_one() -> None:
    for word in ("soon", "2-30", "7", "周一", "三", "+三天后", "-3天前", "00-00", "一二三天", ""):
        with pytest.raises(BadInput) as caught:
            parse_day(word, TODAY, ahead=True)
        assert (caught.value.hint or "").startswith("write it as 2026-11-29, ")


@given(st.dates(min_value=datetime(1970, 1, 1).date(), max_value=datetime(2199, 12, 31).date()))
def test_every_date_is_read_in_each_form(day: object) -> None:
    written = str(day)
    for form in (written, written.replace("-", ""), written.replace("-", "/")):
        assert exact_day(form) == parse_day(form, TODAY) == read(form) == written


@given(st.text() | st.from_regex(r"\A20\d\d-?\d\d-?\d\d( \d\d:\d\d(Z|[+-]\d\d:\d\d)?)?\Z"))
def test_any_text_is_read_or_refused_and_a_result_stays(text: str) -> None:
    try:
        result = read(text)
    except BadInput as mistake:
        refused: BadInput | None = mistake
    else:
        refused = None
        assert read(result) == result
    assert refused is None or refused.hint


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2024-06-12", None),
        ("1970-01-01T00:00:01.500+00:00", 1500),
        ("1970-01-01T08:00:00+08:00", 0),
        ("1970-01-01T00:00:01", 1000),
    ],
)
def test_a_written_time_as_milliseconds(text: str, ms: int | None) -> None:
    assert milliseconds(text) == ms
