"""Makes the table of pinyin initials: ``uv run python -m tests.pinyin``.

Of each sign the program keeps the first letter of how it is read, of one that is read in several
ways all of them. The dictionary has readings of ages ago (大 as ``tai``): kept are the usual one,
and those that some phrase or a surname has; of what stands in no phrase those of GB 2312's signs.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

TABLE = Path(__file__).parent.parent / "workbench" / "cases" / "pinyin.py"
BEGIN, END = 0x3400, 0x9FFF
"""Han of the basic plane; the other ranges of it are folded to these."""
SURNAMES = (
    "仇q 单s 区o 召s 员y 尉y 折s 曾z 朴p 查z 洗x 盖g 种c 覃q 解x 那n 黑h 翟z 句g 秘b 繁p 缪m 万m"
)
WIDTH = 75
SEVERAL_FROM = 0xAC00
"""What several letters are written as: signs that are one letter to everybody, hangul."""

HEAD = '''"""The first letters of the pinyin of Han signs; made by ``python -m tests.pinyin``."""

BEGIN = 0x{begin:X}
"""The sign whose initial is the first below."""

INITIALS = (
{initials}
)
"""Of each sign from there on the letter, or what stands for several; a dot where none is known."""

SEVERAL_FROM = 0x{several_from:X}
SEVERAL = (
{several}
)
"""The letters of those that are read in several ways, by what stands for them from there on."""
'''


def initial(reading: str) -> str:
    """Return the letter with which a reading begins, without its tone; ``""`` if it has none."""
    letter = unicodedata.normalize("NFD", reading)[:1]
    return letter if letter.isascii() and letter.isalpha() else ""


def readings() -> dict[str, str]:
    """Return the initials of each sign."""
    said: dict[str, set[str]] = defaultdict(set)
    for phrase, spoken in phrases_dict.items():
        for sign, (reading, *_) in zip(phrase, spoken, strict=False):
            said[sign].add(initial(reading))
    for surname in SURNAMES.split():
        said[surname[0]].add(surname[1])
    found = {}
    for code in range(BEGIN, END + 1):
        sign = chr(code)
        known = [initial(reading) for reading in pinyin_dict.get(code, "").split(",")]
        kept = said[sign] or set(known if _is_common(sign) else ())
        found[sign] = "".join(sorted({*known[:1], *kept} - {""}))
    return found


def _is_common(sign: str) -> bool:
    """Say whether GB 2312 has a sign: all that most people ever write in simplified Chinese."""
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def table() -> str:
    """Return the source of the table."""
    found = readings()
    several = sorted({letters for letters in found.values() if len(letters) > 1})
    written = {letters: chr(code) for code, letters in enumerate(several, SEVERAL_FROM)}
    initials = "".join(written.get(letters, letters or ".") for letters in found.values())
    return HEAD.format(
        begin=BEGIN,
        initials="\n".join(_lines(initials)),
        several_from=SEVERAL_FROM,
        several="\n".join(_lines("".join(f"{letters} " for letters in several))),
    )


def _lines(text: str) -> Iterator[str]:
    for start in range(0, len(text), WIDTH):
        yield f'    "{text[start : start + WIDTH]}"'


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
