"""Pictures on the terminal, by the extra ``pictures``: where it can by pixels, else by half blocks.

The library asks the terminal what it can when it is first loaded, and reads the answer itself. So
it is loaded while the terminal is not ours.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cases.errors import BadInput
from workbench.language import t

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual.widget import Widget

    from workbench.tui.application import Workbench

ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
MOST_PIXELS = 50_000_000
"""A picture of more is not unpacked: a small file may hold a very large one."""
EDGE = 1600
"""The longest edge, in pixels, of what is shown: no terminal has many more."""


def is_there() -> bool:
    """Return whether the extra is installed."""
    from importlib.util import find_spec

    return find_spec("textual_image") is not None


def is_picture(name: str) -> bool:
    """Return whether a file is called as pictures are."""
    return Path(name).suffix.lower() in ENDINGS


def unpack(path: Path) -> Image:
    """Return a picture, made small enough for a terminal; it may take long.

    Raises:
        BadInput: the file is no picture, is damaged, or is too large.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadInput(
                    t("The picture has {w}×{h} pixels.", w=image.width, h=image.height),
                    t("Open it with the system's program for it."),
                )
            image.thumbnail((EDGE, EDGE))
            return image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(
            t("The file can't be read as a picture."),
            t("It is damaged, or of a kind that is not known here."),
        ) from error


def widget(bench: Workbench, image: Image) -> Widget:
    """Return a widget that shows a picture by the best way that the terminal knows."""
    return _library(bench).Image(image)  # type: ignore[no-any-return]


def _library(bench: Workbench) -> Any:
    """Return the library, loaded while the terminal answers it and not us."""
    import sys

    loaded = sys.modules.get("textual_image.widget")
    if loaded is not None:
        return loaded
    with nullcontext() if bench.is_headless else bench.suspend():
        import textual_image.widget

    return textual_image.widget
