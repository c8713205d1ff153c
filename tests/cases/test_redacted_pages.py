"""What a redaction takes out of what two people imported: of one name, and not always both."""

from __future__ import annotations

from typing import Any

from tests.cases.changes import change, stub_of
from workbench.cases import fold, names
from workbench.cases.change import Change
from workbench.cases.register import Register


def problem(*changes: Change) -> Register:
    """Return the fold of the problem."""
    return fold.fold_case(changes).fields["problem"]


def shown(register: Register) -> Any:
    """Return the text that is shown, None for a redacted one."""
    return None if register.shown is None else register.shown.value


def on_page(text: str, rev: tuple[str, int, int]) -> Change:
    """Return what a page says at a revision."""
    return change("set", i=names.derive("first"), f="problem", x=text, rev=list(rev))


def redact(erased: Change, *p: str, **options: Any) -> Change:
    """Return the redaction of a version of the problem."""
    return change("redact", p, l=[stub_of(erased)], why="电话", f="problem", **options)


def test_changes_of_one_name_are_judged_one_by_one() -> None:
    """Two people import them, of whom one knows of the redaction: hers stand."""
    base = on_page("电话 13900000317", ("nova", 1, 1))
    gone = redact(base, base.name)
    body = {"i": names.derive("newer"), "f": "problem", "x": "电话见内网", "rev": ["nova", 1, 2]}
    theirs = change("set", (), ms=2, author="boris", **body)
    mine = change("set", (gone.name,), ms=3, **body)
    before = problem(base, gone, theirs)
    assert shown(before) is None
    assert before.erased == {base.id, theirs.id}
    register = problem(base, gone, theirs, mine)
    assert shown(register) == "电话见内网"
    assert register.erased == {base.id, theirs.id}
    blank = theirs._replace(body=theirs.stub, erased=True)
    assert problem(base, gone, blank, mine)._replace(erased=register.erased) == register
    after = change("set", register.seen, f="problem", x="电话见内网首页", ms=4, n=4)
    assert shown(problem(base, gone, theirs, mine, after)) == "电话见内网首页"
    again = redact(mine, *register.seen, ms=5, n=5)
    assert problem(base, gone, theirs, mine, again).erased == {base.id, theirs.id, mine.id}


def test_the_parts_of_a_long_text_go_with_the_change_that_they_came_with() -> None:
    base = on_page("电话 13900000317", ("nova", 1, 1))
    gone = redact(base, base.name)
    name = names.derive("newer")
    body = {"i": name, "f": "problem", "parts": 2, "rev": ["nova", 1, 2]}
    every = [base, gone]
    for n, (author, p) in enumerate((("anna", (gone.name,)), ("boris", ()))):
        options = {"author": author, "ms": 2 + n, "g": author}
        every.append(change("set", p, **body, **options))
        every += [
            change("part", of=name, f="problem", j=j, x=f"字{j}", **options) for j in range(2)
        ]
    assert shown(problem(*every)) == "字0字1"
    assert problem(*every).erased == {base.id, *(each.id for each in every[5:])}
    assert problem(*every[:2], *every[5:]).erased == {base.id, *(e.id for e in every[5:])}
