"""The query language: text to a tree, and what the tree means.

One language for the filter line, the commands and the saved views. ``matches`` is the meaning, in
the plainest way; whatever finds cases faster has to find the same ones.
"""

from workbench.cases.query.meaning import (
    View,
    asks_for_hidden,
    initials,
    matches,
    taken_as_text,
    terms,
)
from workbench.cases.query.reading import grouped, parse
from workbench.cases.query.tree import And, Days, Field, Node, Not, Or, Phrase, Span, Words
from workbench.cases.query.vocabulary import FIELDS, FLAGS, HOLDINGS

__all__ = [
    "FIELDS",
    "FLAGS",
    "HOLDINGS",
    "And",
    "Days",
    "Field",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Span",
    "View",
    "Words",
    "asks_for_hidden",
    "grouped",
    "initials",
    "matches",
    "parse",
    "taken_as_text",
    "terms",
]
