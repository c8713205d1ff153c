"""The signs beside a case, so that everywhere the same sign stands for the same thing."""

from __future__ import annotations

from collections.abc import Mapping

STATUS_GLYPHS: Mapping[str, str] = {
    "unset": "☐",
    "in_progress": "▸",
    "on_hold": "◔",
    "resolved": "✓",
}
"""A sign for each status. All are one cell wide, in Chinese terminals too."""

CURSOR_SIGN, MARK_SIGN = "▸", "●"
RISING_SIGN, FALLING_SIGN = "▴", "▾"
AWAKE_SIGN = "!"
DRAFT_SIGN, DECISION_SIGN, QUESTION_SIGN, HIDDEN_SIGN, UNREAD_SIGN = "✎", "≠", "?", "✕", "✱"
