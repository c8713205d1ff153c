"""What Python says of TOML or of a regular expression that a person wrote wrongly, in the language
spoken. What it says in a newer version and isn't known here stays as it is."""

from __future__ import annotations

import re

from workbench.language import later, t

_TOML = (
    later("Cannot declare {value} twice"),
    later("Cannot mutate immutable namespace {value}"),
    later("Cannot overwrite a value"),
    later("Cannot redefine namespace {value}"),
    later("Duplicate inline table key {value}"),
    later("Escaped character is not a Unicode scalar value"),
    later("Expected '=' after a key in a key/value pair"),
    later("Expected ']' at the end of a table declaration"),
    later("Expected ']]' at the end of an array declaration"),
    later("Expected newline or end of document after a statement"),
    later("Expected {value}"),
    later("Found invalid character {value}"),
    later("Illegal character {value}"),
    later("Invalid date or datetime"),
    later("Invalid hex value"),
    later("Invalid initial character for a key part"),
    later("Invalid statement"),
    later("Invalid value"),
    later("Unclosed array"),
    later("Unclosed inline table"),
    later("Unescaped '\\' in a string"),
    later("Unterminated string"),
)
_EXPRESSIONS = (
    later("bad character range {value}"),
    later("bad escape (end of pattern)"),
    later("bad escape {value}"),
    later("incomplete escape {value}"),
    later("invalid group reference {value}"),
    later("min repeat greater than max repeat"),
    later("missing ), unterminated subpattern"),
    later("multiple repeat"),
    later("nothing to repeat"),
    later("unbalanced parenthesis"),
    later("unexpected end of pattern"),
    later("unknown extension {value}"),
    later("unterminated character set"),
)
_PLACE = re.compile(" (?:\\(at [^()]*\\)|at position [0-9]+(?: \\(line [^()]*\\))?)$")
"""Where it is, behind the reason."""


def toml_reason(error: ValueError) -> str:
    """Return why a text is no TOML, without the place."""
    if str(error).startswith("Illegal character '\\n'"):
        return t("the string isn't closed in its line")
    return _spoken(str(error), _TOML)


def expression_reason(error: Exception) -> str:
    """Return why a text is no regular expression, without the place."""
    return _spoken(str(error), _EXPRESSIONS)


def _spoken(said: str, known: tuple[str, ...]) -> str:
    reason = _PLACE.sub("", said)
    if reason in known:
        return t(reason)
    for text in known:
        before, value, after = text.partition("{value}")
        if value and reason.startswith(before) and reason.endswith(after):
            return t(text, value=reason[len(before) : len(reason) - len(after)])
    return reason
