"""What a desk does with files; the doing is in ``attaching``, which most calls never load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workbench.cases.model import Attachment, Summary
from workbench.desk import reading
from workbench.desk.tools import Tools, Written

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.desk.attaching import Given, Kit


class Filing:
    """The part of the desk at which files lie."""

    _tools: Tools

    def files(self, case_id: str) -> Sequence[Attachment]:
        """Return the files of a case, in its order."""
        return self.with_files(case_id).attachments

    def with_files(self, case_id: str) -> Summary:
        """Return a case without its entries, but with what is known of all its files."""
        return reading.with_files(self._tools, case_id)

    def file(self, case_id: str, ref: str) -> Attachment:
        """Return the file of a case that a name or an id means. Raises NotFound or Ambiguous."""
        from workbench.desk import attaching

        return attaching.find(self._tools, case_id, ref)

    def twins(self, file: Attachment) -> Sequence[tuple[str, str]]:
        """Return the cases (their keys) and names under which a file's very content is attached."""
        from workbench.desk import attaching

        return attaching.twins(self._tools, file)

    def take_out(self, file: Attachment, target: Path) -> None:
        """Write a file's content to a new file, fetching it from a store where it is not here.

        Raises:
            Unreachable: it is not here, and no store that may have it can be reached.
            WorkbenchError: nobody has sent it yet, or it is damaged.
        """
        from workbench.desk import attaching

        attaching.take_out(self._tools, file, target)

    def unsent_files(self) -> int:
        """Return how many files' contents some store does not have, as far as we know."""
        from workbench.desk import attaching

        return attaching.unsent(self._tools)

    def fetch_files(
        self,
        query: str,
        budget: int | None,
        name: str | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Kit:
        """Fetch the files of the cases that a query finds, the newest first, before a trip."""
        from workbench.desk import attaching

        return attaching.fetch_kit(self._tools, query, budget, name, progress)

    def attach(self, case_id: str, file: Given) -> tuple[Attachment, bool]:
        """Attach a file to a case; say whether it was not there before."""
        from workbench.desk import attaching

        return attaching.attach(self._tools, case_id, file)

    def redact_file(self, case_id: str, file: Attachment, *, why: str) -> Written:
        """Take a file with its name and its content out of every copy."""
        from workbench.desk import redacting

        return redacting.redact_file(self._tools, case_id, file, why=why)
