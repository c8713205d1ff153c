"""Sentences for a person that keep what they were made of, so that the edge can translate them.

Below the desk nobody knows in which language a person reads. What is said there is English text,
and remembers its template and its values.
"""

from __future__ import annotations


class Said(str):
    """A sentence in English, with its template, its values and, where it counts, its plural."""

    __slots__ = ("many", "number", "template", "values")

    template: str
    values: dict[str, object]
    many: str | None
    number: int


def said(template: str, /, **values: object) -> Said:
    """Return a template with its ``{names}`` filled in; values may be such sentences, too.

    The template is a literal: the catalog's test reads it from the source.
    """
    return _made(template.format(**values) if values else template, template, values)


def counted(one: str, many: str, count: int, /, **values: object) -> Said:
    """Return the form that fits ``count``, which fills in ``{count}``."""
    made = (one if count == 1 else many).format(count=count, **values)
    return _made(made, one, values, many, count)


def _made(
    text: str, template: str, values: dict[str, object], many: str | None = None, count: int = 0
) -> Said:
    sentence = Said(text)
    sentence.template, sentence.values = template, values
    sentence.many, sentence.number = many, count
    return sentence
