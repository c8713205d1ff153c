"""What click says of a wrong call, in the language spoken: click itself knows only English here."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from workbench import language
from workbench.cases.said import Said
from workbench.language import current, later, t

_SENTENCES = (
    (r"Got unexpected extra arguments? \((?P<words>.*)\)", later("That is too much: {words}.")),
    (r"Option '(?P<name>.*)' does not take a value\.", later("{name} takes no value.")),
    (r"(?P<word>.*) is not one of (?P<names>.*)\.", later("{word} is none of {names}.")),
    (r"(?P<word>.*) is not a valid integer( range)?\.", later("{word} is no whole number.")),
    (
        r"(?P<word>.*) is not in the range x>=(?P<least>.*)\.",
        later("{word} is less than {least}."),
    ),
)
"""How click's sentences read that a call of ours can meet, and ours in their place."""


def told(error: click.ClickException) -> str:
    """Return what is wrong with a call, in the language spoken."""
    if current() == "en":
        return error.format_message()
    match error:
        case click.MissingParameter(param=click.Option() as param):
            return t("The option {name} is missing.", name=param.get_error_hint(error.ctx))
        case click.MissingParameter(param=click.Argument() as param):
            return t("The argument {name} is missing.", name=param.get_error_hint(error.ctx))
        case click.NoSuchOption():
            return t("There is no option {name}.", name=error.option_name)
        case click.BadParameter(param=click.Parameter() as param):
            name = param.get_error_hint(error.ctx)
            return t("{name} can't be so: {why}", name=name, why=_sentence(error.message))
    return _sentence(error.message)


def asked_for(words: Sequence[str]) -> str | None:
    """Return the language that stands in a call which could not be read as a whole."""
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name == "--lang":
            asked = value if sign else "".join(words[at + 1 : at + 2])
            return asked if asked in ("zh", "en") else None
    return None


def _sentence(given: str) -> str:
    """Return a sentence in the language spoken; one of click's that is not known as it is."""
    if isinstance(given, Said):
        return language.told(given)
    for pattern, ours in _SENTENCES:
        if found := re.fullmatch(pattern, given, re.DOTALL):
            return t(ours, **found.groupdict())
    return given
