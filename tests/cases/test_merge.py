"""The draft of several versions: nothing that anybody wrote is missing in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.merge import merge

BASE = "桩在夜间离线\n重启后恢复\n站点：东湖"


def test_changes_of_different_places_come_together() -> None:
    one = BASE.replace("夜间", "每天夜间两点")
    two = BASE.replace("东湖", "东湖新城") + "\n已换路由器"
    assert merge(BASE, [one, two]) == (
        "桩在每天夜间两点离线\n重启后恢复\n站点：东湖新城\n已换路由器",
        0,
    )


def test_changes_of_one_line_come_together_where_they_are_apart() -> None:
    base = "2 号桩启动后十秒停止，订单异常结算"
    assert merge(base, [base.replace("2 号", "3 号"), base + "，已退款"]) == (
        "3 号桩启动后十秒停止，订单异常结算，已退款",
        0,
    )


def test_where_both_changed_the_same_both_stand_there() -> None:
    one, two = BASE.replace("重启", "断电"), BASE.replace("重启后恢复", "换卡后恢复")
    assert merge(BASE, [one, two]) == ("桩在夜间离线\n断电后恢复\n换卡后恢复\n站点：东湖", 1)
    assert merge("坐标偏移", ["坐标错误", "坐标偏两公里"]) == ("坐标错误 / 坐标偏两公里", 1)


def test_without_an_ancestor_what_is_equal_stands_once() -> None:
    assert merge(None, ["一\n二\n三", "一\n四\n三"]) == ("一\n二\n四\n三", 1)
    assert merge(None, ["一样", "一样"]) == ("一样", 0)
    assert merge(None, ["只有一个"]) == ("只有一个", 0)


def test_three_versions_come_together_too() -> None:
    texts = [BASE.replace("夜间", "凌晨"), BASE.replace("东湖", "南湖"), BASE + "\n三"]
    assert merge(BASE, texts) == ("桩在凌晨离线\n重启后恢复\n站点：南湖\n三", 0)


def test_very_long_lines_are_not_woven() -> None:
    base = "桩" * 3000
    assert merge(base, ["甲" + base, base + "乙"]).clashes == 1


texts = st.text(alphabet="充电桩 a1\n，", max_size=30)


@given(texts, texts)
def test_who_changed_nothing_changes_nothing(base: str, text: str) -> None:
    assert merge(base, [base, text]) == (text, 0)
    assert merge(base, [text, base]) == (text, 0)
    assert merge(base, [text, text]) == (text, 0)


@given(st.none() | texts, texts, texts)
def test_the_new_words_of_both_are_in_the_draft(base: str | None, one: str, two: str) -> None:
    merged, _ = merge(base, [f"{one}甲", f"乙\n{two}"])
    assert "甲" in merged
    assert "乙" in merged
