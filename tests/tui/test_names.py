"""No class of ours takes a name that Textual uses for something else: it breaks in silence."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from workbench.tui import application, screens

MEANT = {
    *("compose", "get_driver_class", "get_default_screen", "refresh"),
    *("CSS_PATH", "TITLE", "ENABLE_COMMAND_PALETTE", "BINDINGS", "theme", "can_focus"),
    "VERTICAL_BREAKPOINTS",
    *("app_focus", "_handle_exception"),
}
"""Names that are Textual's on purpose."""


def classes() -> Iterator[type]:
    """Yield each class of ours that the application or a node of a screen is made of."""
    nodes: list[type] = [application.Workbench]
    for module in pkgutil.iter_modules(screens.__path__):
        values = vars(importlib.import_module(f"{screens.__name__}.{module.name}")).values()
        nodes += [v for v in values if inspect.isclass(v) and issubclass(v, DOMNode)]
    for node in nodes:
        yield from (base for base in node.__mro__ if base.__module__.startswith("workbench"))


def names_taken(kind: type) -> set[str]:
    """Return every name that the body of a class defines, on itself or on ``self``."""
    tree = ast.parse(inspect.getsource(kind).lstrip()).body[0]
    assert isinstance(tree, ast.ClassDef)
    taken = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if stored and isinstance(node.value, ast.Name) and node.value.id == "self":
            taken.add(node.attr)
    return {name for name in taken if not name.startswith(("on_", "__"))}


@pytest.mark.parametrize("kind", sorted(set(classes()), key=lambda kind: kind.__qualname__))
def test_no_name_is_textuals(kind: type) -> None:
    samples: list[object] = [App(), Screen(), ModalScreen(), Widget()]
    sample = next(
        (s for s in samples if issubclass(kind, type(s)) and type(s) is not DOMNode), Screen()
    )
    theirs = set(dir(sample)) | set(vars(sample))
    assert not names_taken(kind) & theirs - MEANT
