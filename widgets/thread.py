"""stub"""
from __future__ import annotations
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from textual.message import Message
from textual.scroll_view import ScrollView
@dataclass(frozen=True, slots=True)
class ThreadItem:
    id: str
    kind: Literal["problem", "entry", "event"]
    text: str = ""
    speaker: str | None = None
    author: str | None = None
    when: str = ""
    position: int = 0
    depth: int = 0
    side: str | None = None
    images: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    edited: bool = False
    edited_by: str | None = None
    hidden: bool = False
    redacted: bool = False
    unread: bool = False
    waiting: str | None = None
    decisions: int = 0
    notes: tuple[str, ...] = ()
class Thread(ScrollView, can_focus=True, inherit_bindings=False):
    highlight: tuple[str, ...] = ()
    cursor_id: str | None = None
    cursor_item: ThreadItem | None = None
    class EntryHighlighted(Message):
        def __init__(self, thread: Thread, id: str | None) -> None:
            super().__init__(); self.thread = thread; self.id = id
    class EntryOpened(Message):
        def __init__(self, thread: Thread, id: str) -> None:
            super().__init__(); self.thread = thread; self.id = id
    def __init__(self, *, words: Mapping[str, str] | None = None, empty: str = "", name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
    def set_items(self, items: Sequence[ThreadItem], keep: str | None = None, *, to_end: bool = False) -> None: ...
    def update_item(self, item: ThreadItem) -> bool: return False
    def move(self, delta: int) -> None: ...
    def page(self, direction: int) -> None: ...
    def top(self) -> None: ...
    def end(self) -> None: ...
    def select(self, id: str) -> bool: return False
    def next_unread(self) -> bool: return False
