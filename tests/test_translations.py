"""All text on screen is there in Chinese, and the compiled catalog is what was written."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.translations import MO, ROOT, NotLiteral, compiled, fields, in_source, read_po, used
from workbench import language
from workbench.cases.model import STATUSES
from workbench.language import choose, later, setup, status_word, t, tn

AGAIN = "run `uv run python -m tests.translations`"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """Leave the language as every other test expects it."""
    yield
    setup("en")


def test_every_text_has_a_translation() -> None:
    translations = read_po()
    missing = [message[0] for message in used() if not translations.get(message)]
    assert not missing, f"{AGAIN} and translate them"


def test_no_translation_is_left_over() -> None:
    assert not set(read_po()) - set(used()), AGAIN


def test_the_compiled_catalog_is_current() -> None:
    assert MO.read_bytes() == compiled(read_po()), AGAIN


def test_a_translation_fills_in_what_the_text_does() -> None:
    wrong = {}
    for (one, many), text in read_po().items():
        allowed = fields(one) | fields(many or "")
        if text and not fields(one) - {"count"} <= fields(text) <= allowed:
            wrong[one] = text
    assert not wrong


def test_a_text_put_together_at_run_time_is_noticed() -> None:
    with pytest.raises(NotLiteral, match="line 2"):
        list(in_source("\nt(f'{n} cases')", "x.py"))
    assert list(in_source("t('a' 'b'); language.t('c'); tn('one', 'many', n)", "x.py")) == [
        ("ab", None),
        ("c", None),
        ("one", "many"),
    ]


ERRORS = {"WorkbenchError", "BadChange"}
"""Where the errors begin whose sentences a person reads; those made from them are found."""
TOLD = {"said", "counted", "t", "tn", "trouble", "told", "join"}
"""What a sentence goes through so that it can be translated; a list of names needs nothing."""


def unmarked(source: str, errors: set[str]) -> list[str]:
    """Return what is made a part of such an error as mere text; learns what else is one."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and errors & {called(base) for base in node.bases}:
            errors.add(node.name)
    return [
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node.func) in errors
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
        for text in mere_texts(argument)
    ]


def called(node: ast.expr) -> str | None:
    """Return the last part of a name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def mere_texts(node: ast.AST) -> Iterator[str]:
    """Yield the English of an expression that no catalog will ever see."""
    if isinstance(node, ast.Call) and called(node.func) in TOLD:
        return
    if isinstance(node, ast.Subscript):  # what a row holds is no text of ours
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.search("[a-z]{2}", node.value):
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from mere_texts(child)


UNSEEN = {
    "a change is one line", "a change is a JSON object", "v is no version of the format",
    " is missing", "redact: exactly one of t and f", "note: exactly one of x and parts",
    "person: exactly one of alias and side", "edit: exactly one of x, parts, s and at",
    "set: no value for ", "no JSON of a change: ", "nested deeper than ",
    ": only whole numbers up to ", " are allowed",
}  # fmt: skip
"""What is wrong with the bytes of another copy: they are set aside, and nobody reads why."""


def test_every_error_that_a_person_reads_can_be_translated() -> None:
    errors = set(ERRORS)
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "workbench").rglob("*.py"))]
    for _ in range(2):  # an error may be made from one of another module
        found = [text for source in sources for text in unmarked(source, errors)]
    assert {"NotFound", "Unreachable", "ConfigError", "OutputLost"} <= errors
    assert not set(found) - UNSEEN


def test_an_error_with_mere_text_is_noticed() -> None:
    source = "class Own(BadInput): ...\nraise x.Own(f'no {n}', hint=said('a') if n else 'or so')"
    assert unmarked(source, {"BadInput"}) == ["no ", "or so"]
    assert not unmarked("raise BadInput(said('a'), ', '.join(n)); OSError('no')", {"BadInput"})


def test_status_words_are_the_teams_own() -> None:
    setup("zh")
    assert [status_word(status) for status in STATUSES] == ["未设置", "处理中", "暂搁置", "已解决"]
    setup("en")
    assert [status_word(status) for status in STATUSES] == [
        "Unset",
        "In progress",
        "On hold",
        "Resolved",
    ]


def test_values_are_filled_in_in_both_languages() -> None:
    for lang in ("en", "zh"):
        setup(lang)
        assert "{a}" in t("Did you mean {names}?", names="{a}")
        assert t("a text that no catalog has: {x}") == "a text that no catalog has: {x}"
        assert t("") == ""
    setup("en")
    assert tn("{count} cat", "{count} cats", 1) == "1 cat"
    assert tn("{count} cat", "{count} cats", 2) == "2 cats"
    assert later("Unset") == "Unset"


@pytest.mark.parametrize(
    ("asked", "env", "lang"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {"LANG": "C"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_comes_from_the_request_else_from_the_locale(
    asked: str | None, env: dict[str, str], lang: str
) -> None:
    assert choose(asked, env) == lang


def test_english_loads_no_catalog() -> None:
    program = (
        "import sys; from workbench.language import setup, t; setup('en'); t('Unset');"
        "print('gettext' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
    assert language.current() == "en"
