"""The screens look as they were looked at: refresh by ``uv run python -m tests.golden``."""

from __future__ import annotations

import pytest

from tests.tui.driving import picture_lines
from tests.tui.scenes import GOLDEN, PICTURES, SCENES, SIZES, Scene, path_of, play
from workbench.colours import OURS

AGAIN = "look at the screens, then run `uv run python -m tests.golden`"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_screen_is_as_it_was_looked_at(scene: Scene, size: tuple[int, int]) -> None:
    text, _ = await play(scene, size)
    assert text == path_of(scene, size).read_text(encoding="utf-8"), AGAIN


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_readme_show_the_same(name: str) -> None:
    """The text of a picture is compared: its ids change with every taking."""
    scene = next(scene for scene in SCENES if scene.name == name)
    picture = (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")
    text = path_of(scene, SIZES[-1]).read_text(encoding="utf-8")
    assert picture_lines(picture) == text.rstrip("\n").split("\n"), AGAIN
    assert f'fill="{OURS[scene.theme].background}"' in picture, AGAIN
