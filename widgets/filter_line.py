"""stub"""
from __future__ import annotations
from typing import Literal
from textual.message import Message
from textual.widgets import Input
class FilterLine(Input):
    last: str = ""
    error: str = ""
    class FilterChanged(Message):
        def __init__(self, line: FilterLine, text: str) -> None:
            super().__init__(); self.line = line; self.text = text
    class FilterLeft(Message):
        def __init__(self, line: FilterLine, text: str) -> None:
            super().__init__(); self.line = line; self.text = text
    class ListMoved(Message):
        def __init__(self, line: FilterLine, by: int | Literal["page_up", "page_down"]) -> None:
            super().__init__(); self.line = line; self.by = by
    def set_text(self, text: str) -> None: ...
    def show_error(self, sentence: str, at: int | None = None) -> None: ...
    def clear_error(self) -> None: ...
