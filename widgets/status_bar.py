"""stub"""
from __future__ import annotations
from collections.abc import Sequence
from typing import Literal
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
class StatusBar(Widget):
    segments: reactive[tuple[str, ...]] = reactive(())
    hints: reactive[tuple[tuple[str, str], ...]] = reactive(())
    message: str = ""
    class HintClicked(Message):
        def __init__(self, bar: StatusBar, key: str) -> None:
            super().__init__(); self.bar = bar; self.key = key
    def __init__(self, *, segments: Sequence[str] = (), hints: Sequence[tuple[str, str]] = (), name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
    def show_message(self, sentence: str, severity: Literal["information", "warning", "error"] = "information") -> None: ...
    def clear_message(self) -> None: ...
