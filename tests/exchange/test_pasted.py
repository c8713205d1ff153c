"""A pasted chat: who said what, and nothing of it lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.exchange.pasted import Said, take_apart

KNOWN = {"kay", "客户", "lm"}


def test_brackets_name_the_speaker_whoever_it_is() -> None:
    assert take_apart("【YD】:已重启\n还是离线\n【客户】 今天又出现\n\n【 LM 】：好的", ()) == [
        Said("YD", "已重启\n还是离线"),
        Said("客户", "今天又出现"),
        Said("LM", "好的"),
    ]


def test_a_name_before_a_colon_speaks_if_it_is_known() -> None:
    text = "Kay：枪头温度高\n注意: 先断电\nLM: 看了日志\n客户：谢谢"
    assert take_apart(text, KNOWN) == [
        Said("Kay", "枪头温度高\n注意: 先断电"),
        Said("LM", "看了日志"),
        Said("客户", "谢谢"),
    ]


def test_a_name_that_nobody_knows_speaks_if_it_does_so_again() -> None:
    text = "王工:在吗\n小林:在\n王工:2号桩离线\n小林:重启了"
    assert [said.speaker for said in take_apart(text, ())] == ["王工", "小林"] * 2
    assert take_apart("订单: 1\n电话: 2", ()) == [Said(None, "订单: 1\n电话: 2")]


def test_a_chat_heads_a_message_with_a_name_and_a_time() -> None:
    text = "王工 2024/3/1 10:12:05\n2号桩离线\n\n小林  2024-03-01 10:15\n重启了\n王工 10:20\n好"
    assert take_apart(text, ()) == [
        Said("王工", "2号桩离线", "2024/3/1 10:12:05"),
        Said("小林", "重启了", "2024-03-01 10:15"),
        Said("王工", "好", "2024-03-01 10:20"),
    ]


def test_a_time_of_day_belongs_to_the_last_date_above_it() -> None:
    text = "张三 2024-05-20 10:01:22\n桩坏了\n王工 10:05\n好的\nKay：在看\n小李 23:59:01\n晚安"
    assert take_apart(f"{text}\n王工 0:03\n早", KNOWN) == [
        Said("张三", "桩坏了", "2024-05-20 10:01:22"),
        Said("王工", "好的", "2024-05-20 10:05"),
        Said("Kay", "在看"),
        Said("小李", "晚安", "2024-05-20 23:59:01"),
        Said("王工", "早", "2024-05-20 0:03"),
    ]


def test_a_time_of_day_with_no_date_above_it_stays_in_the_text() -> None:
    assert take_apart("王工 10:05\n好的\n张三 2024-05-20 10:06\n谢谢\n小李 23:59:01", ()) == [
        Said("王工", "10:05\n好的"),
        Said("张三", "谢谢", "2024-05-20 10:06"),
        Said(None, "小李 23:59:01"),
    ]
    assert take_apart("王工 2024-05-20 10:05\n好\n小李 25:99\n晚安", ()) == [
        Said("王工", "好\n小李 25:99\n晚安", "2024-05-20 10:05"),
    ]


def test_what_is_no_label_stays_text() -> None:
    for text in ("见 https://example.com/a:b", "12:30 到场", "时间：12:30", "a: b", ""):
        assert [said.speaker for said in take_apart(text, KNOWN)] in ([None], [])


def test_what_stands_before_the_first_speaker_is_said_by_nobody() -> None:
    assert take_apart("转自微信群\n【客户】：又坏了", ()) == [
        Said(None, "转自微信群"),
        Said("客户", "又坏了"),
    ]


PARTS = st.sampled_from(
    [
        "【YD】:",
        "【",
        "】",
        "Kay:",
        "客户：",
        "王工 2024/3/1 10:12",
        "小李 9:41",
        "12:30",
        "\n",
        "\r\n",
        " ",
        "离线",
        "a",
    ]
)


def test_a_label_alone_is_words_of_nobody() -> None:
    assert take_apart("【离线】\n【YD】: 好", ()) == [Said(None, "【离线】"), Said("YD", "好")]


@given(st.lists(PARTS, max_size=30).map("".join))
def test_every_sign_but_the_labels_is_in_some_entry(text: str) -> None:
    found = take_apart(text, KNOWN)
    kept = "".join(f"{s.speaker or ''}{s.happened or ''}{s.text}" for s in found)
    assert all(said.text == said.text.strip() and said.text for said in found)
    assert kept.count("离线") == text.count("离线")
    assert kept.count("a") == text.count("a")
    assert kept.count("9:41") == text.count("9:41")
