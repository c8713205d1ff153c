"""Names, sizes and hashes of files: what may become part of a path, and what a person may write."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases.changes import change, stub_of
from workbench.cases import fold, names
from workbench.cases.change import decode
from workbench.cases.errors import BadInput
from workbench.cases.files import (
    LONGEST,
    RESERVED,
    is_hash,
    is_size,
    label,
    parse_size,
    safe_name,
    show_size,
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("日志.log", "日志.log"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\anna\..\a b.xlsx", "a b.xlsx"),
        ("-rf", "rf"),
        ("--help.txt", "help.txt"),
        (".bashrc", "bashrc"),
        ("...", "file"),
        ("", "file"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com¹.log", "_com¹.log"),
        ("console.log", "console.log"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("a\x00b\x1b[31mc\n.txt", "ab[31mc.txt"),
        ("fdp‮gpj.exe", "fdpgpj.exe"),
        ("a. . .", "a"),
        ("a\u2028b", "ab"),
    ],
)
def test_an_exported_name_is_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
@example("桩" * 300 + ".tar.gz")
@example("a" + "." * 300)
@example("." + "x" * 300)
@example("con .txt")
@example("a.\u00a0")
def test_every_exported_name_is_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= LONGEST + 1
    assert not set(safe) & set('/\\<>:"|?*')
    assert all(unicodedata.category(sign)[0] != "C" for sign in safe)
    assert safe[0] not in "-. "
    assert safe[-1] not in ". "
    assert safe.partition(".")[0].strip(" ").casefold() not in RESERVED
    assert safe_name(safe) == safe


def test_a_label_is_the_last_part_of_a_path() -> None:
    assert label("/tmp/日志.log") == "日志.log"
    assert label(r"C:\日志.log ") == "日志.log"
    for broken in ("", "  ", "/", "a/..", "a\nb", "\x1b[31m", "x" * 1001):
        with pytest.raises(BadInput):
            label(broken)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("4096", 4096), ("200MB", 200_000_000), ("200 mb", 200_000_000), ("1.5k", 1500),
        ("64MiB", 64 << 20), ("1 GiB", 1 << 30), ("10 B", 10), ("2T", 2 * 10**12),
    ],
)  # fmt: skip
def test_a_size_is_read(text: str, size: int) -> None:
    assert is_size(text)
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "1,5MB", "1e9", "many", "１MB", "1 iB", "1" * 40])
def test_what_is_no_size_is_told(text: str) -> None:
    assert not is_size(text)
    with pytest.raises(BadInput):
        parse_size(text)


def test_a_size_is_shown_short() -> None:
    sizes = (0, 1023, 1024, 1536, 100 * 1024, 28 << 20, 3 << 30)
    shown = ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "100 KiB", "28.0 MiB", "3.0 GiB"]
    assert [show_size(size) for size in sizes] == shown


@given(st.one_of(st.none(), st.integers(), st.text("0123456789abcdefABC/.", max_size=70)))
@example("a" * 64)
@example("a" * 63 + "\n")
def test_only_a_hash_is_one(value: object) -> None:
    whole = isinstance(value, str) and len(value) == 64
    assert is_hash(value) is (whole and set(str(value)) <= set("0123456789abcdef"))


# --- files in the fold ----------------------------------------------------------------------------


def test_a_redacted_file_loses_its_name_and_no_other_is_touched() -> None:
    one, two = (
        change("att", i=names.derive(name), name=name, sha256="0" * 64, size=1)
        for name in ("secret.log", "b.log")
    )
    about = [stub_of(one)]
    redact = change("redact", f="files", l=about, why="x")
    assert "secret" not in str(redact.body)
    for order in ([one, two, redact], [redact, two, one]):
        state = fold.fold_case(order)
        assert [file.file for file in state.files] == ["b.log"]
    erased = decode(json.dumps(one.stub).encode(), one.id, erased=True)
    assert [file.file for file in fold.fold_case([erased, two, redact]).files] == ["b.log"]


def test_only_a_hash_and_a_size_make_a_content() -> None:
    bad: list[dict[str, Any]] = [
        {"sha256": "../../etc/passwd", "size": 1},
        {"sha256": "A" * 64, "size": 1},
        {"sha256": "a" * 64, "size": -1},
        {"sha256": "a" * 64},
    ]
    for body in bad:
        (file,) = fold.fold_case([change("att", i=names.derive("f"), name="f", **body)]).files
        assert (file.sha256, file.size) == (None, None)
