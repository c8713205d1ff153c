"""Takes the screens anew: ``uv run python -m tests.golden``. Look before you keep what changed."""

from __future__ import annotations

import asyncio
import os
import time

from tests.tui.scenes import GOLDEN, PICTURES, SCENES, SIZES, path_of, play


async def take_all() -> None:
    """Write every text, and every picture of the README."""
    for scene in SCENES:
        for size in SIZES:
            text, picture = await play(scene, size)
            path_of(scene, size).write_text(text, encoding="utf-8")
            if scene.name in PICTURES and size == SIZES[-1]:
                (GOLDEN / f"{scene.name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    asyncio.run(take_all())
