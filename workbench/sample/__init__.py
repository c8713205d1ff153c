"""The sample page: invented cases of an invented customer, as a saved page looks."""

from __future__ import annotations

FILE_NAME = "nova_3.txt"


def read_sample() -> tuple[bytes, str]:
    """Give the sample page's bytes and its file name, ready for an import."""
    from importlib.resources import files  # 10 ms that no other command should pay

    return files(__name__).joinpath(FILE_NAME).read_bytes(), FILE_NAME
