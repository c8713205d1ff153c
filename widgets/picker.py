"""stub"""
from __future__ import annotations
from collections.abc import Collection, Mapping, Sequence
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
STATUS_KEYS: Mapping[str, str] = {"in_progress": "1", "resolved": "2", "on_hold": "3", "unset": "0"}
class StatusPicker(Widget, can_focus=True):
    class Picked(Message):
        def __init__(self, picker: StatusPicker, status: str) -> None:
            super().__init__(); self.picker = picker; self.status = status
    class Cancelled(Message):
        def __init__(self, picker: StatusPicker) -> None:
            super().__init__(); self.picker = picker
    def __init__(self, *, status_words: Mapping[str, str], current: str | None = None, keys: Mapping[str, str] = STATUS_KEYS, title: str = "", name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
class ListPicker(Vertical):
    class Picked(Message):
        def __init__(self, picker: ListPicker, names: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...]) -> None:
            super().__init__(); self.picker = picker; self.names = names; self.added = added; self.removed = removed
    class Cancelled(Message):
        def __init__(self, picker: ListPicker) -> None:
            super().__init__(); self.picker = picker
    def __init__(self, names: Sequence[str], *, chosen: Collection[str] = (), several: bool = True, may_add: bool = True, title: str = "", placeholder: str = "", add_word: str = "add “{name}”", empty: str = "", help: str = "", name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
class AskLine(Vertical):
    value = ""
    class Answered(Message):
        def __init__(self, ask: AskLine, text: str) -> None:
            super().__init__(); self.ask = ask; self.text = text
    class Changed(Message):
        def __init__(self, ask: AskLine, text: str) -> None:
            super().__init__(); self.ask = ask; self.text = text
    class Cancelled(Message):
        def __init__(self, ask: AskLine) -> None:
            super().__init__(); self.ask = ask
    def __init__(self, question: str, value: str = "", *, placeholder: str = "", name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
    def show_error(self, sentence: str, at: int | None = None) -> None: ...
    def clear_error(self) -> None: ...
