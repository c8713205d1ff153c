"""Bytes become text in the encoding that they are in, and damage stays known."""

from __future__ import annotations

import pytest

from workbench.cases.errors import UnusablePage
from workbench.exchange.decoding import decode, is_damaged, show_damage

TEXT = "= nova_case#1_20240101 =\n\n问题描述:扫码后没有反应\n\n~-~-跟踪\n"


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r\n").encode("gb18030"), "gb18030"),
        (TEXT.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_text_in_any_encoding(encoded: bytes, encoding: str) -> None:
    assert decode(encoded, "nova.txt") == (TEXT, encoding)


def test_gb18030_of_few_words_is_taken_when_it_fits_every_byte() -> None:
    assert decode("= nova_case#1_20240101 =\n扫码".encode("gbk"), "x")[1] == "gb18030"


def test_damaged_utf8_is_not_taken_for_gb18030() -> None:
    encoded = TEXT.encode()
    at = encoded.index("码".encode())
    text, encoding = decode(encoded[:at] + b"\xff" + encoded[at + 1 :], "x")
    assert encoding == "utf-8"
    damaged = [is_damaged(line) for line in text.split("\n")]
    assert damaged == [False, False, True, False, False, False]
    assert show_damage(text).split("\n")[4] == "~-~-跟踪"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_cut_character_damages_only_the_last_line(encoding: str) -> None:
    encoded = (TEXT + "客户:好").encode(encoding)[:-1]
    text, found = decode(encoded, "x")
    assert found == encoding
    assert [is_damaged(line) for line in text.split("\n")] == [False] * 5 + [True]


def test_a_replacement_character_that_somebody_wrote_is_no_damage() -> None:
    assert not is_damaged(decode("坏字 \ufffd".encode(), "x")[0])


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0", "问".encode() + b"\0", b"\xff\0\xff"])
def test_binary_data_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(UnusablePage, match=r"^nova\.png is no text: it holds binary data$"):
        decode(data, "nova.png")
