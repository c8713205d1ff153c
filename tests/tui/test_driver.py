"""What is written past the thread that writes frames: at once, and never before what it has."""

from __future__ import annotations

import os
import threading

import pytest
from textual.app import App
from textual.drivers._writer_thread import WriterThread

from workbench.tui import driver as module
from workbench.tui.driver import ReadingDriver

FRAME = "frame " * 40_000
"""More than a pipe takes: who writes it waits for a reader."""


async def test_what_is_written_at_once_overtakes_no_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as file, open(os.devnull) as nothing:
        monkeypatch.setattr(module.sys, "__stderr__", file)
        monkeypatch.setattr(module.sys, "__stdin__", nothing)
        driver = ReadingDriver(App(), size=(80, 24))
        driver._writer_thread = thread = WriterThread(driver._file)  # type: ignore[arg-type]
        driver.write_at_once("first ")
        assert os.read(reading, 100) == b"first ", "it is there before anything is done further"
        driver.write(FRAME)
        driver.write_at_once("second ")
        driver.write("third")
        thread.start()
        wanted = f"{FRAME}second third".encode()
        found = b""
        while len(found) < len(wanted):
            found += os.read(reading, 1 << 16)
        assert found == wanted
        thread.stop()
        os.write(writing, b"x" * 65_536)
        driver._writer_thread = thread = WriterThread(driver._file)  # type: ignore[arg-type]
        asked = threading.Thread(target=driver.write_at_once, args=("behind",))
        asked.start()
        asked.join(20)
        assert not asked.is_alive(), "a terminal that takes nothing stops nobody"
        assert len(os.read(reading, 65_536)) == 65_536
        thread.start()
        thread.stop()
        assert os.read(reading, 100) == b"behind"
    os.close(reading)
