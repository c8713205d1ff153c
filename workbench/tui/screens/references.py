"""What a text mentions: which cases mention it too, and its page where the site has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual import events

from widgets.plain import plain, visible
from workbench.cases import references
from workbench.language import reference_word, t, tn
from workbench.opening import opener, start
from workbench.patterns import find
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench


class _Line(NamedTuple):
    """Something that is mentioned: what it is, the query for it, its address or ""."""

    kind: str
    value: str
    query: str
    url: str = ""


class ReferencesScreen(ListDialog["str | None"]):
    """Lists what a text mentions; gives back the query for the line that was chosen."""

    def __init__(self, bench: Workbench, text: str) -> None:
        """List what ``text`` mentions, with how many cases mention it."""
        super().__init__(t("What it mentions"))
        self._opener = bench.config.opener
        self._found = list(dict.fromkeys(_lines(bench, text)))
        self._counts = [bench.desk.count(found.query) for found in self._found]

    @property
    def has_any(self) -> bool:
        """Whether the text mentions anything."""
        return bool(self._found)

    def foot(self) -> str:
        """Return the line under the list."""
        if any(found.url for found in self._found):
            return t("Enter shows every case that mentions it · o opens its page · Esc leaves")
        return t("Enter shows every case that mentions it · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each thing that is mentioned."""
        lines = []
        for found, count in zip(self._found, self._counts, strict=True):
            line = plain(f"{visible(found.kind)}  ", "dim")
            line.append_text(plain(visible(found.value), "underline"))
            line.append_text(plain("  " + tn("{count} case", "{count} cases", count), "bold"))
            if found.url:
                line.append_text(plain(f"  {visible(found.url)}", "dim"))
            lines.append(line)
        return lines

    def choose(self, index: int) -> None:
        """Give the query back that finds every case which mentions it."""
        self.dismiss(self._found[index].query)

    def press(self, event: events.Key) -> bool:
        """Open the page of the line by o."""
        at = self.lines.highlighted
        if event.key == "o" and at is not None and self._found[at].url:
            self.bench.guard(lambda: self._open(self._found[at].url))
            return True
        return super().press(event)

    def _open(self, url: str) -> None:
        start(opener(self._opener), url)
        self.bench.say(t("Opened: {file}", file=visible(url)))


def _lines(bench: Workbench, text: str) -> Iterator[_Line]:
    for found in references.find(text):
        yield _Line(reference_word(found.kind), found.value, f'ref:"{found.value}"')
    for site in find(bench.config.patterns, text):
        # What a query can't hold in quotes is looked for up to there.
        words = site.value.partition('"')[0]
        yield _Line(site.pattern.name, site.value, f'"{words}"', site.pattern.address(site.value))
