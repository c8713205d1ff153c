"""Random histories of a page, its saves, and the copies that import them and write meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

from tests.desk.stage import Copy, Wiki
from tests.pages import PageCase, PageEntry
from workbench.cases.model import STATUSES
from workbench.desk import WorkbenchError

SPEAKERS = ("YD", "LM", "客户", None)
DATES = ("20240601", "20240602", "202406015", "2024060")


class History:
    """A page that people edit, and copies that import its saves, step by step from one seed.

    Every utterance is told apart by a number in its text, which its later versions keep; every
    problem is of its own.
    """

    def __init__(
        self,
        seed: int,
        make: Callable[[str], Copy],
        *,
        rewrites: bool = True,
        wild: bool = False,
    ) -> None:
        """Begin.

        Args:
            seed: what all chance comes from.
            make: makes a copy of a person.
            rewrites: whether the page loses or changes what it said.
            wild: whether people do everything, or only write.
        """
        self.random = Random(seed)
        self.rewrites = rewrites
        self.wild = wild
        self.said = 0
        self.copies = [make("anna"), make("boris")]
        self.cases = [self._case(number) for number in (2, 1)]
        self.wiki = Wiki(*self.cases)
        self.imported: dict[str, list[int]] = {"anna": [], "boris": []}
        self.wrote: set[tuple[str, str]] = set()
        self.typed: list[tuple[int, PageEntry]] = []

    # --- the page ---------------------------------------------------------------------------------

    def _word(self) -> str:
        self.said += 1
        return f"第{self.said}句"

    def _entry(self) -> PageEntry:
        lines = [self._word(), *(["续行"] if self.random.random() < 0.3 else [])]
        if self.random.random() < 0.2:
            lines.append(f'[[image:{self.random.randrange(9)}.png||height="2" width="3"]]')
        speaker = self.random.choice(SPEAKERS[:3])
        return PageEntry("\n".join(lines), speaker)

    def _case(self, number: int) -> PageCase:
        entries = tuple(self._entry() for _ in range(self.random.randrange(4)))
        return PageCase(number, "20240601", self._word(), entries, engineers=("YD",))

    def save(self) -> None:
        """Edit the page once or more, and save it."""
        for _ in range(self.random.randint(1, 3)):
            self.random.choice(self._edits())()
        self.wiki.save(*self.cases)

    def _edits(self) -> list[Callable[[], None]]:
        edits = [self._add_entry, self._add_entry, self._status, self._problem, self._transfer,
                 self._engineers, self._date, self._add_case, self._swap]  # fmt: skip
        if self.rewrites:
            edits += [self._rewrite, self._rewrite, self._cut_line, self._remove_entry,
                      self._remove_case]  # fmt: skip
        return edits

    def _change(self, nth: int, case: PageCase) -> None:
        self.cases = [*self.cases[:nth], case, *self.cases[nth + 1 :]]

    def _any(self) -> tuple[int, PageCase]:
        nth = self.random.randrange(len(self.cases))
        return nth, self.cases[nth]

    def _add_entry(self) -> None:
        nth, case = self._any()
        place = self.random.choice([len(case.entries), self.random.randint(0, len(case.entries))])
        entries = (*case.entries[:place], self._entry(), *case.entries[place:])
        self._change(nth, replace(case, entries=entries))

    def _transfer(self) -> None:
        """Put onto the page what somebody typed on a copy."""
        if self.typed:
            number, entry = self.typed.pop()
            for nth, case in enumerate(self.cases):
                if case.number == number:
                    self._change(nth, replace(case, entries=(*case.entries, entry)))

    def _rewrite(self) -> None:
        nth, case = self._any()
        if case.entries:
            place = self.random.randrange(len(case.entries))
            entry = case.entries[place]
            first, *rest = entry.text.split("\n")
            entry = replace(entry, text="\n".join([first + "。", *rest]))
            entries = (*case.entries[:place], entry, *case.entries[place + 1 :])
            self._change(nth, replace(case, entries=entries))

    def _cut_line(self) -> None:
        nth, case = self._any()
        entries = tuple(replace(e, text=e.text.replace("\n续行", "")) for e in case.entries)
        self._change(nth, replace(case, entries=entries))

    def _remove_entry(self) -> None:
        nth, case = self._any()
        if case.entries:
            place = self.random.randrange(len(case.entries))
            entries = (*case.entries[:place], *case.entries[place + 1 :])
            self._change(nth, replace(case, entries=entries))

    def _status(self) -> None:
        nth, case = self._any()
        self._change(nth, replace(case, status=self.random.choice(STATUSES)))

    def _problem(self) -> None:
        nth, case = self._any()
        self._change(nth, replace(case, problem=self._word()))

    def _engineers(self) -> None:
        nth, case = self._any()
        names = tuple(n for n in ("YD", "LM", "chinyee") if self.random.random() < 0.6)
        self._change(nth, replace(case, engineers=names))

    def _date(self) -> None:
        nth, case = self._any()
        self._change(nth, replace(case, date=self.random.choice(DATES)))

    def _add_case(self) -> None:
        highest = max(case.number for page in [*self.wiki.pages, self.cases] for case in page)
        self.cases = [self._case(highest + 1), *self.cases]

    def _remove_case(self) -> None:
        if len(self.cases) > 2:
            self.cases = [case for case in self.cases if case is not self.random.choice(self.cases)]
            self.cases = self.cases or list(self.wiki.pages[-1])

    def _swap(self) -> None:
        self.cases = self.cases[1:] + self.cases[:1]

    # --- the copies -------------------------------------------------------------------------------

    def take(self, copy: Copy, save: int) -> None:
        """Import a save."""
        copy.take(self.wiki.bytes(save))
        self.imported[copy.author].append(save)

    def write(self, copy: Copy) -> None:
        """Do something a person does, to a case that is there."""
        uids = copy.uids()
        if not uids:
            return
        uid = self.random.choice(uids)
        case = copy.desk.case(uid)
        number = case.summary.number
        assert number is not None
        entries = [entry for entry in case.entries if not entry.hidden]
        kind = self.random.choice(("status", "note", "note", "edit", "problem", "assign", "hide"))
        if kind == "status":
            copy.desk.status([uid], self.random.choice(STATUSES))
        elif kind == "problem":
            copy.desk.edit_field(uid, "problem", self._word())
        elif kind == "assign":
            name = self.random.choice(("YD", "LM", "zhao"))
            held = name in case.summary.engineers
            copy.desk.assign([uid], remove=[name] if held else [], add=[] if held else [name])
        elif kind == "note":
            speaker = self.random.choice(("YD", None))
            text = self._word()
            copy.desk.note(uid, text, speaker=speaker)
            self.typed.append((number, PageEntry(text, speaker or copy.author)))
        elif entries and kind == "edit":
            entry = self.random.choice(entries)
            copy.desk.edit_entry(uid, entry.id, text=entry.text.split("\n")[0] + "（改）")
        elif entries and kind == "hide":
            copy.desk.hide([uid], self.random.choice(entries).id)
        self.wrote.add((uid, kind))

    def meddle(self, copy: Copy) -> None:
        """Do one of the rarer things, if it can be done."""
        kind = self.random.choice(("undo", "undo", "redo", "decide", "redact", "unhide", "case",
                                   "reply", "send"))  # fmt: skip
        uids = copy.uids()
        uid = self.random.choice(uids) if uids else ""
        case = copy.desk.case(uid, hidden=True) if uids else None
        entries = case.entries if case else ()
        entry = self.random.choice(entries).id if entries else None
        desk = copy.desk
        with suppress(WorkbenchError):
            match kind:
                case "undo" | "redo":
                    desk.undo(redo=kind == "redo")
                case "decide":
                    for decision in desk.decisions()[:1]:
                        desk.decide(decision.id, choice=1)
                case "redact" if entry:
                    desk.redact(uid, entry, why="privat")
                case "unhide" if entry:
                    desk.unhide([uid], entry)
                case "case" if uid:
                    self.random.choice((desk.hide, desk.unhide))([uid])
                case "reply" if entry:
                    desk.note(uid, self._word(), reply_to=entry)
                case "send":
                    one, other = self.random.sample(self.copies, 2)
                    one.send(other)

    def run(self, steps: int) -> None:
        """Let the page be edited, copies import and people write, in any order."""
        for _ in range(steps):
            copy = self.random.choice(self.copies)
            step = self.random.random()
            if step < 0.35:
                self.save()
            elif step < 0.7:
                self.take(copy, self.random.randrange(len(self.wiki.saves)))
            elif self.wild and step < 0.85:
                self.meddle(copy)
            else:
                self.write(copy)
            copy.publish()
        for copy in self.copies:
            if not self.imported[copy.author]:
                self.take(copy, self.random.randrange(len(self.wiki.saves)))
