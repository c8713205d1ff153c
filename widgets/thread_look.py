"""What a thread looks like: the parts that are painted each in a style, and these styles."""

from __future__ import annotations

from widgets.thread_lines import SPEAKER_COLOURS

COMPONENTS = {
    "thread--cursor",
    "thread--bar",
    "thread--empty",
    "thread--problem",
    "thread--when",
    "thread--quiet",
    "thread--event",
    "thread--file",
    "thread--more",
    "thread--hit",
    "thread--other-hit",
    "thread--mention",
    "thread--unread",
    "thread--alert",
    *(f"thread--speaker-{number}" for number in range(SPEAKER_COLOURS)),
}

CSS = """
Thread {
    height: 1fr;
    background: $surface;
    color: $foreground;
    overflow-x: hidden;
    scrollbar-gutter: stable;
    scrollbar-size: 0 1;
    & > .thread--cursor { background: $boost; }
    & > .thread--bar { color: $primary; text-style: bold; }
    &:blur > .thread--bar { color: $text-muted; }
    & > .thread--empty { color: $text-muted; }
    & > .thread--problem { color: $foreground; text-style: bold; }
    & > .thread--when { color: $text-muted; }
    & > .thread--quiet { color: $text-muted; }
    & > .thread--event { color: $text-muted; text-style: italic; }
    & > .thread--file { color: $text-accent; }
    & > .thread--more { color: $text-muted; text-style: italic; }
    & > .thread--hit { text-style: bold reverse; }
    & > .thread--other-hit { color: $text-warning; text-style: bold underline; }
    & > .thread--mention { color: $text-primary; text-style: underline; }
    & > .thread--unread { color: $text-accent; text-style: bold; }
    & > .thread--alert { color: $text-error; text-style: bold; }
    & > .thread--speaker-0 { color: #7aa2f7; text-style: bold; }
    & > .thread--speaker-1 { color: #5fd0e0; text-style: bold; }
    & > .thread--speaker-2 { color: #73d8b4; text-style: bold; }
    & > .thread--speaker-3 { color: #c3a6ff; text-style: bold; }
    & > .thread--speaker-4 { color: #9fd66a; text-style: bold; }
    & > .thread--speaker-5 { color: #e8b65f; text-style: bold; }
    & > .thread--speaker-6 { color: #f78fa7; text-style: bold; }
    & > .thread--speaker-7 { color: #d0a98f; text-style: bold; }
    &:light > .thread--speaker-0 { color: #2450a8; }
    &:light > .thread--speaker-1 { color: #0b6478; }
    &:light > .thread--speaker-2 { color: #0d6b4f; }
    &:light > .thread--speaker-3 { color: #6433b0; }
    &:light > .thread--speaker-4 { color: #3d6a10; }
    &:light > .thread--speaker-5 { color: #865200; }
    &:light > .thread--speaker-6 { color: #a8234a; }
    &:light > .thread--speaker-7 { color: #70452a; }
}
"""
