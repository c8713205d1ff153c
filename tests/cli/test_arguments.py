"""How the words of a command line are told apart, before any command runs."""

from __future__ import annotations

import io
from typing import Any

import click
import pytest

from workbench.cases.errors import BadInput, WorkbenchError
from workbench.cli.arguments import Verb, read_text, split_names
from workbench.cli.call import Call
from workbench.cli.group import COMMANDS, program


def parsed(*words: str) -> tuple[dict[str, Any], Call]:
    """Return the arguments of a command and its call, as the real parser reads the words."""
    call = Call()
    outer = program.make_context("workbench", list(words), obj=call)
    name, verb, rest = program.resolve_command(outer, [*outer._protected_args, *outer.args])
    assert verb is not None
    ctx = verb.make_context(name, rest, parent=outer)
    return ctx.params, call


def refused(*words: str) -> str:
    """Return what is wrong with the words."""
    with pytest.raises(click.UsageError) as caught:
        parsed(*words)
    return caught.value.format_message()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_its_module_and_takes_the_global_options(name: str) -> None:
    verb = program.get_command(click.Context(program), name)
    assert isinstance(verb, Verb)
    assert verb.name == name
    assert {"db", "config_file", "author", "lang", "json"} <= {param.name for param in verb.params}


@pytest.mark.parametrize(
    "words",
    [
        ("--db", "x.db", "--json", "show", "97"),
        ("--json", "show", "--db", "x.db", "97"),
        ("show", "--db=x.db", "97", "--json"),
        ("show", "97", "--json", "--db", "x.db"),
        ("--db", "other.db", "show", "--json", "97", "--db", "x.db"),
    ],
)
def test_global_options_stand_anywhere(words: tuple[str, ...]) -> None:
    params, call = parsed(*words)
    assert (params["case"], call.db, call.json) == ("97", "x.db", True)


def test_global_options_stand_between_arguments() -> None:
    params, call = parsed("status", "97", "--author", "陈一", "98", "--json", "resolved")
    assert params["given"] == ("97", "98", "resolved")
    assert (call.author, call.json) == ("陈一", True)


def test_an_option_before_the_command_is_not_lost_behind_it() -> None:
    _, call = parsed("--json", "--author", "a", "--lang", "zh", "--config", "c.toml", "keys")
    assert (call.json, call.author, call.lang, call.config_file) == (True, "a", "zh", "c.toml")


@pytest.mark.parametrize(
    "text",
    ["-5 °C", "- 一点", "-、", "-岚峰", "-", "-1.5A", "+5", "－x", "−5", "--5"[1:], "—— 好"],
)
def test_a_text_may_begin_with_a_sign(text: str) -> None:
    params, _ = parsed("note", "97", text, "--speaker", "客户")
    assert (params["text"], params["speaker"]) == (text, "客户")


@pytest.mark.parametrize("text", ["-x", "-Yes", "--text", "--5", "---"])
def test_a_text_does_not_begin_like_an_option(text: str) -> None:
    assert "No such option" in refused("note", "97", text)


@pytest.mark.parametrize("text", ["-x", "--json", "--", "--db"])
def test_two_dashes_end_the_options(text: str) -> None:
    params, call = parsed("note", "--speaker", "LM", "--", "97", text)
    assert (params["text"], params["speaker"], call.json) == (text, "LM", False)


@pytest.mark.parametrize("option", ["--db", "--config", "--author"])
def test_an_empty_global_option_is_refused(option: str) -> None:
    assert "it is empty" in refused("list", option, "")
    assert "it is empty" in refused(f"{option}=", "list")


def test_the_value_of_an_option_may_look_like_anything() -> None:
    params, call = parsed("redact", "97", "problem", "--text", "--json", "--why", "-x")
    assert (params["text"], params["why"], call.json) == ("--json", "-x", False)


def test_an_option_without_its_value_is_an_error_and_eats_nothing() -> None:
    assert refused("list", "桩", "--limit") == "Option '--limit' requires an argument."
    assert refused("note", "97", "x", "--db") == "Option '--db' requires an argument."


@pytest.mark.parametrize("command", ["list", "export"])
def test_in_a_query_a_dash_negates(command: str) -> None:
    words = ("-status:resolved", "-岚峰", "-x", "桩", "--json", '-"两个 词"')
    params, call = parsed(command, *words)
    assert params["query"] == ("-status:resolved", "-岚峰", "-x", "桩", '-"两个 词"')
    assert call.json


def test_behind_two_dashes_everything_is_query() -> None:
    params, call = parsed("list", "--limit", "3", "--", "--json", "-o", "桩")
    assert (params["query"], params["limit"], call.json) == (("--json", "-o", "桩"), 3, False)


def test_export_has_one_short_option() -> None:
    params, _ = parsed("export", "-out", "-o", "-f.json", "--format", "json", "-o2")
    assert (params["query"], params["file"]) == (("-out", "-o2"), "-f.json")


def test_unknown_long_options_are_refused_in_queries_too() -> None:
    assert "No such option '--pages'" in refused("export", "--format", "json", "--pages", "x")
    assert "No such option '--atach'" in refused("note", "97", "x", "--atach", "f")


@pytest.mark.parametrize("form", ["pdf", "md", "xml", "JSON", ""])
def test_an_unknown_format_is_wrong_usage(form: str) -> None:
    assert "is not one of 'json', 'csv', 'xwiki'" in refused("export", "--format", form)


@pytest.mark.parametrize("sort", ["name", "--age", "", "Age"])
def test_an_unknown_sort_is_wrong_usage(sort: str) -> None:
    assert "is not one of" in refused("list", "--sort", sort)


def test_a_sort_may_be_turned_round() -> None:
    assert parsed("list", "--sort", "-opened")[0]["sort"] == "-opened"
    assert parsed("list", "--sort=-age")[0]["sort"] == "-age"
    assert parsed("list")[0]["sort"] == "activity"


@pytest.mark.parametrize("command", ["assign", "tag"])
def test_names_bear_a_sign(command: str) -> None:
    params, call = parsed(
        command, "97", "+LM", "-x", "＋陈一", "--json", "98-k3f9q", "－李二", "-db"
    )
    assert split_names(params["given"]) == (["97", "98-k3f9q"], ["LM", "陈一"], ["x", "李二", "db"])
    assert call.json


def test_behind_two_dashes_a_name_may_look_like_an_option() -> None:
    params, _ = parsed("tag", "97", "--", "--json", "+--x")
    assert split_names(params["given"]) == (["97"], ["--x"], ["-json"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["97"], "Give at least one name with + or - in front."),
        (["+LM"], "Name at least one case."),
        ([], "Name at least one case."),
        (["97", "+"], "A name must follow the sign in “+”."),
        (["97", "－ "], "A name must follow the sign in “－ ”."),
        (["97", "+LM", "-LM"], "“LM” is both added and taken off."),
    ],
)
def test_names_and_cases_are_both_wanted(words: list[str], message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        split_names(words)
    assert caught.value.format_message() == message


def test_text_that_is_not_utf8_is_refused() -> None:
    assert "not UTF-8" in refused(
        "note", "97", b"\xb3\xe4\xb5\xe7".decode("utf-8", "surrogateescape")
    )


def test_a_command_that_is_not_built_does_not_exist() -> None:
    for name in ("explode", "xyz", ""):
        assert refused(name).startswith(f"No such command '{name}'.")
    assert refused("lsit") == "No such command 'lsit'. Did you mean list?"


class Stdin:
    """stdin with bytes waiting in it."""

    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("一\n二\n".encode(), "一\n二"),
        ("一\n\n".encode(), "一\n"),
        ("一\r\n".encode(), "一"),
        ("\ufeff一".encode(), "一"),
        (b" - ", " - "),
    ],
)
def test_a_dash_reads_stdin_less_one_newline(
    monkeypatch: pytest.MonkeyPatch, raw: bytes, text: str
) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(raw))
    assert read_text("-") == text


def test_stdin_that_is_not_utf8_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin("充电".encode("gb18030")))
    with pytest.raises(WorkbenchError, match="not UTF-8: byte 1 "):
        read_text("-")


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        read_text(text)
