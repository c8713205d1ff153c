"""What the shared stores do not have yet, store by store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from widgets.plain import plain
from workbench.language import listed, t, tn
from workbench.tui.moments import ago
from workbench.tui.screens.history import change_line
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench

MOST = 500
"""So many changes of a store are listed, the newest; how many more there are is said."""


class _Line(NamedTuple):
    text: Text
    case_id: str | None = None


class OutboxScreen(ListDialog["str | None"]):
    """Lists what is unsent; gives back the case of the line that was chosen."""

    def __init__(self, bench: Workbench) -> None:
        """List what the stores of the workbench's desk do not have."""
        super().__init__(t("Outbox"))
        self._lines = list(_lines(bench))

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter opens the case · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each store and each change."""
        return [line.text for line in self._lines]

    def choose(self, index: int) -> None:
        """Give the case of a change back."""
        if self._lines[index].case_id is not None:
            self.dismiss(self._lines[index].case_id)


def _lines(bench: Workbench) -> Iterator[_Line]:
    now = bench.clock()
    for store in bench.desk.stores():
        unsent, pages = bench.desk.unsent(store.name), bench.desk.unsent_pages(store.name)
        head = plain(store.name, "bold")
        said = tn("{count} change unsent", "{count} changes unsent", unsent)
        waiting = [said] if unsent else []
        waiting += [tn("{count} page unsent", "{count} pages unsent", pages)] if pages else []
        head.append_text(plain(f"  {listed(waiting) or t('Everything has been sent.')}"))
        if store.synced_at is not None:
            when = t("synced {when}", when=ago(store.synced_at, now))
            head.append_text(plain(f"  {when}", "dim"))
        head.append_text(plain(f"  {store.url}", "dim"))
        yield _Line(head)
        changes = bench.desk.outbox(store.name, MOST)
        for change in changes:
            line = plain(f"  {change.case or t('people')}  ", "bold")
            line.append_text(change_line(change, now))
            yield _Line(line, change.case_id or None)
        if unsent > len(changes):
            more = t("and {n} more, that are older or have no line", n=unsent - len(changes))
            yield _Line(plain(f"  {more}", "dim"))
