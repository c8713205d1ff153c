"""Names of views in a file of settings that no view bears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from workbench.language import t

if TYPE_CHECKING:
    from workbench.cases.views import SavedView
    from workbench.config import Config
    from workbench.tomlfile import TomlFile


def unknown_views(config: Config, views: Callable[[], Sequence[SavedView]]) -> list[str]:
    """Return a sentence for each name in the settings' ``view_columns`` that no view bears."""
    files = [file for file in (config.own, config.machine) if file.values.get("view_columns")]
    # Most people name none: then nobody is asked for the views.
    return [line for file in files for line in _unknown(file, views())]


def _unknown(file: TomlFile, views: Sequence[SavedView]) -> Iterator[str]:
    """Yield a sentence for each name in ``view_columns`` that none of the views is called."""
    for name in file.values.get("view_columns", {}):
        if any(view.is_called(name) for view in views):
            continue
        from difflib import get_close_matches

        near = get_close_matches(name, [view.name for view in views], n=1)
        yield t(
            "{file}, line {line}: there is no view “{name}”. {hint}",
            file=file.path,
            line=file.line_of("view_columns", name),
            name=name,
            hint=t("Did you mean {names}?", names=near[0])
            if near
            else t("workbench view list shows them."),
        )
