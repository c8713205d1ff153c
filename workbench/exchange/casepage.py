"""Cases as one HTML file that opens in a browser: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from html import escape

from workbench.cases.model import Case, Entry
from workbench.exchange import telling
from workbench.language import current, t, tn

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --own: #3b82f6; }
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
article { border-top: 1px solid var(--line); padding: 1.5rem 0; }
dl { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: .3rem 0; }
dl div { display: flex; gap: .4rem; } dt { color: var(--quiet); } dd { margin: 0; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
.entry { border-left: 3px solid var(--line); padding-left: .8rem; margin: .9rem 0; }
.answer { margin-left: 1.6rem; border-left-color: var(--own); }
.head { color: var(--quiet); } .head b { color: CanvasText; } ul { margin: .2rem 0; }
.resolved h2::before { content: "✓ "; color: #22a565; }
@media print { article { break-inside: avoid; } }
"""


def page(cases: Iterable[Case], zone: tzinfo, query: str = "") -> Iterator[str]:
    """Yield the file, case by case.

    Args:
        zone: whose clock tells when something was written.
        query: what the cases were found by; "" for all.
    """
    title = t("Cases") if not query else t("Cases: {query}", query=query)
    yield (
        f'<!DOCTYPE html>\n<html lang="{current()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_text(title)}</h1>\n"
    )
    count = 0
    for case in cases:
        count += 1
        yield "".join(f"{line}\n" for line in _case(case, zone))
    yield f"<p>{_text(tn('{count} case', '{count} cases', count))}</p>\n</body>\n</html>\n"


def _case(case: Case, zone: tzinfo) -> Iterator[str]:
    found = case.summary
    yield f'<article class="{found.status}" id="{_text(found.id)}">'
    title = telling.title(found)
    yield f"<h2>{_text(found.key)}{f' · {_text(title)}' if title else ''}</h2>"
    yield "<dl>"
    for name, value in telling.facts(found):
        yield f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"
    yield "</dl>"
    yield f'<div class="text">{_text(found.problem)}</div>'
    yield from _files(telling.files(case))
    for entry in case.entries:
        yield from _entry(case, entry, zone)
    yield "</article>"


def _entry(case: Case, entry: Entry, zone: tzinfo) -> Iterator[str]:
    who, when = telling.head(entry, zone)
    yield f'<div class="entry{" answer" if entry.depth else ""}">'
    if who or when:
        name = f"<b>{_text(who)}</b> " if who else ""
        yield f'<div class="head">{name}{_text(when)}</div>'
    if entry.text:
        yield f'<div class="text">{_text(entry.text)}</div>'
    yield from _files(telling.files(case, entry))
    yield "</div>"


def _files(names: Iterable[str]) -> Iterator[str]:
    listed = [f"<li>{_text(name)}</li>" for name in names]
    if listed:
        yield f"<ul>{''.join(listed)}</ul>"


def _text(text: str) -> str:
    """Return a text as it shows in HTML, without signs that no file may hold or that turn the
    direction of what follows."""
    return escape(_UNSEEN.sub("\ufffd", text))
