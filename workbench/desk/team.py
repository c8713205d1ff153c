"""What a desk knows of the people of the team; the doing is in ``peopling``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.desk.tools import Tools, Written
from workbench.local.people import read_people

if TYPE_CHECKING:
    from workbench.cases.people import People
    from workbench.desk.peopling import Known


class Team:
    """The part of the desk that knows people."""

    _tools: Tools

    def people(self) -> Sequence[Known]:
        """Return everybody that cases or colleagues tell of."""
        from workbench.desk import peopling

        return peopling.people(self._tools)

    def person(self, name: str) -> Sequence[Known]:
        """Return the person whose name is written so, in a list."""
        from workbench.desk import peopling

        return peopling.one(self._tools, name)

    def names_of_people(self) -> People:
        """Return what the names in cases stand for, as it is now."""
        return read_people(self._tools.db)

    def set_person(
        self,
        name: str,
        *,
        side: str | None = None,
        aliases: Sequence[str] = (),
        others: Sequence[str] = (),
    ) -> Written:
        """Say on which side a person stands, and which spellings are hers, or are not."""
        from workbench.desk import peopling

        return peopling.set_person(self._tools, name, side=side, aliases=aliases, others=others)

    def merge_people(self, name: str, other: str) -> Written:
        """Say that two spellings are one person, who is called by the first."""
        from workbench.desk import peopling

        return peopling.merge(self._tools, name, other)

    def redact_person(self, name: str, *, why: str) -> Written:
        """Take a spelling of a name out of all that was said of people, in every copy."""
        from workbench.desk import peopling

        return peopling.redact(self._tools, name, why=why)
