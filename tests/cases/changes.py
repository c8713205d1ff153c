"""Changes of one invented case for tests: single ones, and sets of every kind that hypothesis
shrinks.

A recipe is a kind and a few small numbers; what they choose among is what the recipes before it
made, so a set holds predecessors, answers and redactions that mean something, beside some that
mean nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from workbench.cases import names
from workbench.cases.change import COMMON, KINDS, Change, decode, encode

CASE = names.derive("a case")
OTHER_CASE = names.derive("another case")
NOW = 1_800_000_000_000
"""2027-01-15, in ms since 1970."""
DAY = 86_400_000
COPIES = {author: names.derive("copy", author) for author in ("anna", "boris", "chen")}
MISSING = names.derive("what never arrives")


def examples(count: int) -> Callable[[Any], Any]:
    """Return settings for a property: this many examples, or as many as WORKBENCH_EXAMPLES says.

    Without it every run tries the same ones.
    """
    wanted = int(os.environ.get("WORKBENCH_EXAMPLES", "0"))
    found: Callable[[Any], Any] = settings(
        max_examples=wanted or count,
        derandomize=not wanted,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return found


def data(
    kind: str,
    p: Iterable[str] = (),
    *,
    ms: int = 0,
    n: int = 0,
    author: str = "anna",
    case: str = CASE,
    batch: str | None = None,
    **body: Any,
) -> bytes:
    """Return the bytes of a change that was written ``ms`` after NOW; ``n`` tells equals apart."""
    return encode(
        kind,
        case,
        h=(NOW + ms) << 16,
        author=author,
        copy=COPIES[author],
        nonce=n.to_bytes(16),
        p=p,
        batch=batch,
        **body,
    )


def change(kind: str, p: Iterable[str] = (), **body: Any) -> Change:
    """Return a change; see ``data``."""
    return decode(data(kind, p, **body))


def raw(**keys: Any) -> bytes:
    """Return a line of JSON with the common keys of a change, and these instead or beside."""
    line: dict[str, Any] = {
        "v": 1,
        "k": "note",
        "c": CASE,
        "h": f"{NOW << 16:016x}",
        "a": "anna",
        "r": COPIES["anna"],
        "n": "00" * 16,
    }
    line.update(keys)
    return json.dumps({k: v for k, v in line.items() if v is not ...}, ensure_ascii=False).encode()


def stub_of(erased: Change) -> dict[str, Any]:
    """Return what a redaction lists of a change."""
    return {"id": erased.id, "name": erased.name, "stub": erased.stub}


def page_name(text: str, speaker: str | None = "anna", k: int = 0, case: str = CASE) -> str:
    """Return the name of a page's entry."""
    return names.entry_id(case, speaker, text, (), k)


def canonical(value: Any) -> Any:
    """Return a fold as plain lists in which order is kept and sets are sorted.

    What still has to be erased is left out: it is erased already on one copy and not on another.
    """
    if hasattr(value, "_asdict"):
        fields = value._asdict()
        return [[k, canonical(v)] for k, v in fields.items() if k != "erased" or v in (True, False)]
    if isinstance(value, dict):
        return [[key, canonical(item)] for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return sorted(canonical(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return value


# --- sets of changes of every kind ------------------------------------------------------------

TEXTS = ("已送电", "b", "")
VALUES: dict[str, tuple[Any, ...]] = {
    "title": ("甲", "乙", ""),
    "problem": ("问题 13900000317", "B"),
    "engineer_label": ("售后", ""),
    "date": ({"raw": "20260101", "on": "2026-01-01"}, {"raw": "2026010", "on": None}),
    "status": ({"s": "resolved"}, {"s": "on_hold", "why": "等"}, {"s": "in_progress"}),
}
FIELDS = tuple(VALUES)
WHEN = (0, 1, 2, -1, -DAY, DAY, -400 * DAY, 400 * DAY)
PAGES = (["nova", 25, 9], ["nova", 25, 10], ["terra", 3, 1], None)
DISHES = (
    "case", "imported case", "set", "imported set", "long set", "add", "imported add", "rem",
    "note", "note", "imported note", "imported note", "long note", "edit", "edit", "imported edit",
    "hide", "show", "hide case", "show case", "redact", "redact", "redact field", "att", "attrem",
    "att", "redact file",
    "num", "page", "read", "unknown kind", "unknown key", "later version",
)  # fmt: skip

Recipe = tuple[str, int, int, int, int, int]
small = st.integers(0, 7)
recipes = st.lists(
    st.tuples(st.sampled_from(DISHES), small, small, small, small, small), max_size=12
)


class Kitchen:
    """Makes changes from recipes, one after the other."""

    def __init__(self, case: str = CASE) -> None:
        self.case = case
        self.made: list[bytes] = []
        self._about: dict[str, list[Change]] = {}
        self._targets: list[str] = []

    def make(self, recipe: Recipe) -> None:
        """Add what one recipe says."""
        kind, a, b, c, d, when = recipe
        self._when = WHEN[when % len(WHEN)] + len(self.made)
        self._author = ("anna", "boris", "chen")[d % 3]
        getattr(self, "_" + kind.replace(" ", "_"))(a, b, c)

    def _add_change(self, place: str, kind: str, p: Iterable[str] = (), **body: Any) -> Change:
        made = data(
            kind,
            p,
            ms=self._when,
            n=len(self.made),
            author=self._author,
            case=self.case,
            **{key: value for key, value in body.items() if value is not None},
        )
        self.made.append(made)
        found = decode(made)
        self._about.setdefault(place, []).append(found)
        return found

    def _names(self, place: str) -> list[str]:
        return [found.name for found in self._about.get(place, ())]

    def _p(self, place: str, choice: int) -> list[str]:
        """Choose predecessors: the last one, all, none, one of them, or one that isn't here."""
        known = self._names(place)
        if choice in (0, 1, 2):
            return known[-1:]
        if choice in (3, 4):
            return known
        if choice == 5:
            return [*known[:1], MISSING]
        return known[choice % len(known) :][:1] if known and choice == 6 else []

    def _entry(self, a: int) -> str:
        """Choose an entry: by any name that it ever got."""
        if not self._targets:
            return MISSING
        return self._targets[a % len(self._targets)]

    # --- fields ---

    def _case(self, a: int, b: int, c: int) -> None:
        self._add_change("case", "case", project="nova", date_raw=("20260101", "0")[a % 2])

    def _imported_case(self, a: int, b: int, c: int) -> None:
        i = names.derive("case", self.case)
        self._add_change("case", "case", i=i, project="Nova", date_raw=("20260101", "1")[a % 2])

    def _set(self, a: int, b: int, c: int) -> None:
        field = FIELDS[a % len(FIELDS)]
        value = VALUES[field][b % len(VALUES[field])]
        self._add_change(field, "set", self._p(field, c), f=field, x=value)

    def _imported_set(self, a: int, b: int, c: int) -> None:
        field = FIELDS[a % len(FIELDS)]
        value = VALUES[field][b % len(VALUES[field])]
        rev = PAGES[c % len(PAGES)]
        after = rev or self._names(field)[-1:]
        i = names.value_id(self.case, field, json.dumps(value), after)
        p = self._p(field, 0) if c >= 4 else []
        self._add_change(field, "set", p, i=i, f=field, x=value, rev=rev)

    def _long_set(self, a: int, b: int, c: int) -> None:
        field = ("title", "problem")[a % 2]
        whole = self._add_change(field, "set", self._p(field, c), f=field, parts=2)
        for j in range(2 if b < 6 else 1):
            self._add_change("parts", "part", of=whole.name, f=field, j=j, x=f"{b}{j}")

    def _add(self, a: int, b: int, c: int) -> None:
        field = ("engineers", "tags")[a % 2]
        self._add_change(field, "add", f=field, e=("LM", "YD", "急")[b % 3])

    def _imported_add(self, a: int, b: int, c: int) -> None:
        name = ("LM", "YD", "急")[b % 3]
        i = names.element_id(self.case, "engineers", name)
        self._add_change("engineers", "add", i=i, f="engineers", e=name)

    def _rem(self, a: int, b: int, c: int) -> None:
        field = ("engineers", "tags")[a % 2]
        name = ("LM", "YD", "急")[b % 3]
        self._add_change("removed", "rem", f=field, e=name, o=self._p(field, c))

    def _num(self, a: int, b: int, c: int) -> None:
        source = ("claim", "import", "store")[b % 3]
        act = (None, "given later")[b // 3 % 2]
        p = self._p("number", c) if c >= 3 else []
        self._add_change("number", "num", p, fam="nova", x=a % 3, src=source, batch=act)

    def _page(self, a: int, b: int, c: int) -> None:
        self._add_change("page", "page", name="nova", sha256=str(a))

    def _read(self, a: int, b: int, c: int) -> None:
        """Tell how far a person has read: of some copies the time of one of their changes."""
        known = [decode(made) for made in self.made[b:]]
        upto: Any = {found.copy: f"{found.h:016x}" for found in known if found.copy}
        if c == 0 and known:
            upto = f"{known[-1].h:016x}"
        named = [found.id for found in known[:c]]
        self._add_change("read", "read", named, who=("anna", "boris", "dora")[a % 3], upto=upto)

    # --- entries ---

    def _note(self, a: int, b: int, c: int) -> None:
        i = names.derive("typed", str(a % 4))
        self._targets.append(i)
        self._add_change(
            i,
            "note",
            i=i,
            x=TEXTS[b % 2],
            s=("boris", None)[c % 2],
            d=c // 2 or None,
            re=self._entry(c) if c >= 4 else None,
        )

    def _imported_note(self, a: int, b: int, c: int) -> None:
        text, speaker, k = TEXTS[a % 3], ("anna", "boris")[b % 2], c % 2
        i = page_name(text, speaker, k, self.case)
        above = self._entry(b) if b >= 2 else ""
        self._targets.append(i)
        rev = PAGES[c % len(PAGES)]
        self._add_change(i, "note", i=i, x=text, s=speaker, af=above, by="page", rev=rev)

    def _long_note(self, a: int, b: int, c: int) -> None:
        i = names.derive("typed", str(a % 4))
        self._targets.append(i)
        self._add_change(i, "note", i=i, parts=2)
        for j in range(2 if b < 6 else 1):
            self._add_change("parts", "part", of=i, t=i, j=j, x=f"{b}{j}")

    def _edit(self, a: int, b: int, c: int) -> None:
        entry = self._entry(a)
        said = ({"x": TEXTS[b % 3]}, {"s": "chen"}, {"at": "2026-01-01"}, {"x": f"new {b}"})
        self._add_change(entry, "edit", self._p(entry, c), t=entry, **said[b % len(said)])

    def _imported_edit(self, a: int, b: int, c: int) -> None:
        entry, text = self._entry(a), TEXTS[b % 2]
        i = page_name(text, "anna", c % 2, self.case)
        p = self._p(entry, c)
        self._targets.append(i)
        self._add_change(entry, "edit", p, i=i, t=entry, x=text, rev=PAGES[b % 4])

    def _hide(self, a: int, b: int, c: int) -> None:
        entry = self._entry(a)
        self._add_change("hides", "hide", self._p(entry, c), t=entry)

    def _show(self, a: int, b: int, c: int) -> None:
        self._add_change("hides", "show", self._p("hides", c), t=self._entry(a))

    def _hide_case(self, a: int, b: int, c: int) -> None:
        self._add_change("hides of the case", "hide", self._p("hides of the case", c))

    def _show_case(self, a: int, b: int, c: int) -> None:
        self._add_change("hides of the case", "show", self._p("hides of the case", c))

    def _redact(self, a: int, b: int, c: int) -> None:
        entry = self._entry(a)
        self._add_change(
            entry, "redact", self._p(entry, c), t=entry, l=self._listed(entry, b), why="x"
        )

    def _redact_field(self, a: int, b: int, c: int) -> None:
        field = FIELDS[a % len(FIELDS)]
        self._add_change(
            field, "redact", self._p(field, c), f=field, l=self._listed(field, b), why="x"
        )

    def _listed(self, place: str, b: int) -> list[dict[str, Any]]:
        known = [found for found in self._about.get(place, ()) if "x" in found.body]
        return [stub_of(found) for found in (known if b < 5 else known[: b - 5])]

    def _att(self, a: int, b: int, c: int) -> None:
        i = names.derive("file", str(a % 3))
        entry = self._entry(b) if c % 2 else None
        content = {"sha256": f"{a % 2:064x}", "size": b} if c >= 4 else {}
        self._add_change("files", "att", i=i, t=entry, name=f"{a}.png", mime="image/png", **content)

    def _redact_file(self, a: int, b: int, c: int) -> None:
        entry = self._entry(b) if c % 2 else None
        known = [found for found in self._about.get("files", ()) if found.body.get("t") == entry]
        about = {"f": "files"} if entry is None else {"t": entry}
        listed = [stub_of(found) for found in known[a % 3 :]]
        p = self._p(entry, c) if entry is not None else []
        self._add_change(entry or "redacted files", "redact", p, l=listed, why="x", **about)

    def _attrem(self, a: int, b: int, c: int) -> None:
        entry = self._entry(b) if c % 2 else None
        self._add_change("files gone", "attrem", t=entry, o=self._p("files", c))

    # --- what a newer version may write ---

    def _unknown_kind(self, a: int, b: int, c: int) -> None:
        self._raw(k="spin", t=self._entry(a))

    def _unknown_key(self, a: int, b: int, c: int) -> None:
        self._raw(i=names.derive("typed", str(a % 4)), x="?", colour=c)

    def _later_version(self, a: int, b: int, c: int) -> None:
        self._raw(v=2, k="edit", t=self._entry(a), x=["?"])

    def _raw(self, **keys: Any) -> None:
        self.made.append(raw(n=f"{len(self.made):032x}", c=self.case, **keys))


def cook(wanted: Sequence[Recipe], case: str = CASE) -> list[bytes]:
    """Return the bytes of the changes of a case that recipes make."""
    kitchen = Kitchen(case)
    for recipe in wanted:
        kitchen.make(recipe)
    return kitchen.made


change_sets = recipes.map(cook)


# --- changes that a broken writer made --------------------------------------------------------

_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)
_names = st.sampled_from([MISSING, "", "a" * 26, "0" * 64, names.derive("typed", "0")])
_keys = sorted({*COMMON, *(key for kind in KINDS.values() for key in kind)})
bends = st.dictionaries(
    st.sampled_from(_keys),
    _anything | _names | st.lists(_names, max_size=2) | st.integers(-1, 3),
    min_size=1,
    max_size=2,
)
"""What to put into a change instead of what it says."""
