"""stub"""
from __future__ import annotations
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textual.message import Message
from textual.scroll_view import ScrollView
@dataclass(frozen=True, slots=True)
class Version:
    label: str
    text: str
    note: str = ""
class DiffView(ScrollView, can_focus=True, inherit_bindings=False):
    cursor: int = 0
    class VersionHighlighted(Message):
        def __init__(self, view: DiffView, index: int) -> None:
            super().__init__(); self.view = view; self.index = index
    class VersionChosen(Message):
        def __init__(self, view: DiffView, index: int) -> None:
            super().__init__(); self.view = view; self.index = index
    def __init__(self, versions: Sequence[Version] = (), *, ancestor: Version | None = None, words: Mapping[str, str] | None = None, empty: str = "", name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
    def set_versions(self, versions: Sequence[Version], ancestor: Version | None = None, cursor: int = 0) -> None: ...
    def move(self, delta: int) -> None: ...
    def choose(self) -> None: ...
