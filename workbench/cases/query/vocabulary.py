"""The names of the fields and of the values that they have; the Chinese twins mean the same."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.cases.model import STATUSES

_FIELD_TWINS: Mapping[str, tuple[str, ...]] = {
    "status": ("状态",),
    "engineer": ("工程师",),
    "project": ("项目",),
    "tag": ("标签",),
    "speaker": ("发言人",),
    "ref": ("引用",),
    "opened": ("开案日期", "建立日期", "建立"),
    "updated": ("更新",),
    "waiting": ("等待",),
    "is": ("是",),
    "has": ("有",),
}
_STATUS_TWINS: Mapping[str, tuple[str, ...]] = {
    "unset": ("未设置",),
    "in_progress": ("处理中",),
    "on_hold": ("暂搁置",),
    "resolved": ("已解决",),
}
_SIDE_TWINS: Mapping[str, tuple[str, ...]] = {
    "engineer": ("us", "我方", "工程师"),
    "customer": ("客户",),
    "R&D": ("r&d", "rd", "研发"),
    "vendor": ("厂家",),
}
_FLAG_TWINS: Mapping[str, tuple[str, ...]] = {
    "unread": ("未读",),
    "stale": ("停滞",),
    "question": ("疑问",),
    "decision": ("待定",),
    "mine": ("我的",),
    "awake": ("到期",),
    "hidden": ("已隐藏", "隐藏"),
    "draft": ("草稿",),
}
_HOLDING_TWINS: Mapping[str, tuple[str, ...]] = {
    "image": ("图片",),
    "file": ("文件",),
}

FIELDS = tuple(_FIELD_TWINS)
FLAGS = tuple(_FLAG_TWINS)
HOLDINGS = tuple(_HOLDING_TWINS)
DAY_FIELDS = ("opened", "updated")


def _words(twins: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return every word, with the one that it means; the English one comes first."""
    return {word: meant for meant, others in twins.items() for word in (meant, *others)}


FIELD_WORDS = _words(_FIELD_TWINS)
"""What a person may write for a field → the field."""
VALUE_WORDS: Mapping[str, Mapping[str, str]] = {
    "status": _words({status: _STATUS_TWINS[status] for status in STATUSES}),
    "waiting": _words(_SIDE_TWINS),
    "is": _words(_FLAG_TWINS),
    "has": _words(_HOLDING_TWINS),
}
"""Of the fields that have certain values alone: what a person may write → the value."""
