"""stub"""
from __future__ import annotations
import time
from collections.abc import Callable
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea
class Editor(TextArea):
    draft_state = reactive("")
    note = reactive("")
    title = reactive("")
    class TextEdited(Message):
        def __init__(self, editor: Editor, text: str, cursor: int) -> None:
            super().__init__(); self.editor = editor; self.text = text; self.cursor = cursor
    class SaveRequested(Message):
        def __init__(self, editor: Editor, text: str) -> None:
            super().__init__(); self.editor = editor; self.text = text
    class DiscardRequested(Message):
        def __init__(self, editor: Editor) -> None:
            super().__init__(); self.editor = editor
    class CloseRequested(Message):
        def __init__(self, editor: Editor, recently_typed: bool) -> None:
            super().__init__(); self.editor = editor; self.recently_typed = recently_typed
    class Closed(Message):
        def __init__(self, editor: Editor, text: str, cursor: int) -> None:
            super().__init__(); self.editor = editor; self.text = text; self.cursor = cursor
    def __init__(self, text: str = "", cursor: int | None = None, *, title: str = "", placeholder: str = "", min_lines: int = 3, max_lines: int = 12, clock: Callable[[], float] = time.monotonic, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text, name=name, id=id, classes=classes)
