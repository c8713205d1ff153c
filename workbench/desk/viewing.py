"""What a desk does with queries: names in them, saved views, how many cases one finds."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from workbench.cases.errors import NotFound
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.desk import reading
from workbench.desk.tools import Tools
from workbench.local.people import read_people

if TYPE_CHECKING:
    from workbench.cases.views import SavedView
    from workbench.local.search import Plan
    from workbench.local.views import Views


class Explained(Record):
    """How a query was answered: how many cases, in which time, in which way."""

    query: str
    sort: str
    cases: int
    seconds: float
    plan: Plan


class Viewing:
    """The part of the desk that knows queries."""

    _tools: Tools

    def views(self) -> Sequence[SavedView]:
        """Return the views: those that everybody has, then this person's own."""
        from workbench.cases.views import BUILT_IN

        return [*BUILT_IN, *self._own.all()]

    def view(self, name: str) -> SavedView:
        """Return the view of a name. Raises NotFound."""
        found = next((view for view in self.views() if view.is_called(name)), None)
        if found is None:
            raise _no_view(name)
        return found

    def within(self, view: str, query: str) -> str:
        """Return the query for what ``query`` finds among the cases of a view.

        Raises:
            NotFound: there is no view of this name.
            QueryError: there is a mistake in the query; it says at which character of it.
        """
        from workbench.cases.query import parse

        outer = self.view(view).query
        parse(query)
        return f"({outer}) ({query})" if outer and query.strip() else outer or query

    def save_view(self, name: str, query: str) -> SavedView:
        """Keep a query under a name; one of the same name is replaced.

        Raises:
            BadInput: no view can be called so.
            QueryError: there is a mistake in the query.
        """
        from workbench.cases.query import parse
        from workbench.cases.views import SavedView, checked_name

        view = SavedView(checked_name(name), query.strip())
        parse(view.query)
        self._own.save(view)
        return view

    def remove_view(self, name: str) -> None:
        """Forget a view of one's own.

        Raises:
            NotFound: there is none of this name.
            BadInput: it is the program's own.
        """
        from workbench.cases.views import checked_name

        if not self._own.remove(checked_name(name)):
            raise _no_view(name)

    @property
    def _own(self) -> Views:
        """The views that this person named; most calls ask for none."""
        from workbench.local.views import Views

        return Views(self._tools.db)

    def engineers(self) -> Sequence[str]:
        """Return what the engineers are called, those of most cases first."""
        people = read_people(self._tools.db)
        return people.all_called(self._tools.reader.names("engineers"))

    def tags(self) -> Sequence[str]:
        """Return the tags, those of most cases first."""
        return self._tools.reader.names("tags")

    def projects(self) -> Sequence[str]:
        """Return the projects, those of most cases first."""
        return reading.projects(self._tools)

    def speakers(self) -> Sequence[str]:
        """Return what those are called who say something in some entry."""
        from workbench.local.speakers import speakers

        return read_people(self._tools.db).all_called(speakers(self._tools.db))

    def explain(self, query: str = "", *, sort: str = "activity") -> Explained:
        """Return how a query is answered, after answering it. Raises QueryError."""
        tools = self._tools
        began = perf_counter()
        found = tools.search.cases(query, sort=sort, asker=tools.asker)
        seconds = perf_counter() - began
        plan = tools.search.explain(query, sort=sort, asker=tools.asker)
        return Explained(query.strip(), sort, len(found), seconds, plan)

    def count(self, query: str = "") -> int:
        """Return how many cases a query finds. Raises QueryError."""
        return self._tools.search.count(query, self._tools.asker)


def _no_view(name: str) -> NotFound:
    return NotFound(
        said("there is no view “{name}”", name=name), said("workbench view list shows them.")
    )
