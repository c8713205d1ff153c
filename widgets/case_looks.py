"""How the parts of the list of cases look: names for styles, and Textual's CSS of them."""

from __future__ import annotations

from widgets.thread_lines import SIDES

__all__ = ["CSS", "LOOKS"]

LOOKS = (
    "case-list--header",
    "case-list--cursor",
    "case-list--cursor-blurred",
    "case-list--marked",
    "case-list--empty",
    "case-list--quiet",
    "case-list--title",
    "case-list--unread",
    "case-list--flag",
    "case-list--hit",
    "case-list--unset",
    "case-list--in_progress",
    "case-list--on_hold",
    "case-list--awake",
    "case-list--resolved",
    *(f"case-list--side-{side}" for side in SIDES),
)

CSS = """
CaseList {
    height: 1fr;
    background: $surface;
    color: $foreground;
    overflow-x: hidden;
    scrollbar-size: 0 1;
    & > .case-list--header { color: $foreground; background: $panel; text-style: bold; }
    & > .case-list--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: bold;
    }
    & > .case-list--cursor-blurred {
        color: $foreground;
        background: $block-cursor-blurred-background;
    }
    & > .case-list--marked { color: $foreground; background: $boost; }
    & > .case-list--empty { color: $text-muted; }
    & > .case-list--quiet { color: $text-muted; }
    & > .case-list--unread { text-style: bold; }
    & > .case-list--flag { color: $text-accent; text-style: bold; }
    & > .case-list--hit { text-style: bold reverse; }
    & > .case-list--unset { color: $text-warning; }
    & > .case-list--in_progress { color: $text-primary; }
    & > .case-list--on_hold { color: $foreground; }
    & > .case-list--awake { color: $text-accent; text-style: bold; }
    & > .case-list--resolved { color: $text-success; }
    & > .case-list--side-engineer { color: #7aa2f7; }
    & > .case-list--side-rnd { color: #c3a6ff; }
    & > .case-list--side-customer { color: #e8b65f; }
    & > .case-list--side-vendor { color: #d0a98f; }
    &:light > .case-list--side-engineer { color: #2450a8; }
    &:light > .case-list--side-rnd { color: #6433b0; }
    &:light > .case-list--side-customer { color: #865200; }
    &:light > .case-list--side-vendor { color: #70452a; }
}
"""
