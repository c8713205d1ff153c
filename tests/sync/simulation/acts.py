"""What people do: every kind of act that the desk offers, drawn at random."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.sync.simulation.numbers import renumber, reserve
from tests.sync.simulation.oracle import FIELDS, TOKEN, Intent, Register, View
from tests.sync.simulation.wiki import NAME
from tests.sync.simulation.world import PEOPLE, Broken, Copy, World
from workbench.desk import history_json
from workbench.desk.attaching import Given

STATUSES = ("unset", "in_progress", "on_hold", "resolved")
TAGS = ("firmware", "billing", "紧急")
PROJECTS = ("nova", "nova", "terra")
SPELLINGS = ("客户", "研发", "Anna", "陈")
TYPED = ("problem", "title", "title", "date")
"""Fields that are typed, the likelier ones more than once."""
FILES = ("log.txt", "接线图.xlsx", "a.bin")
CASES = 6
"""So many cases are enough: people meet in them."""
SAME_SAVE, OTHER_SAVE = "bring: another has it", "bring: another has another save"
UNDONE = "undo: what was sent"
"""What the counts tell besides the names of acts."""
NOW = Intent()
TRUSTED = Intent(trusted=True)

Act = Callable[[World, Copy], None]


def act(world: World, copy: Copy) -> None:
    """Have somebody do something at a copy."""
    kinds = [kind for kind, _ in ACTS]
    weights = [world.weight(kind.__name__, weight) for kind, weight in ACTS]
    chosen = world.chance.choices(kinds, weights)[0]
    if not copy.cases() and chosen not in (bring, change_wiki):
        chosen = new
    world.counts[chosen.__name__] += 1
    world.say(f"  {copy.name}: {chosen.__name__}")
    chosen(world, copy)


# --- choosing ----------------------------------------------------------------------------------


def some_case(world: World, copy: Copy) -> str:
    """Choose a case of a copy."""
    return world.chance.choice(copy.cases())


def some_entry(world: World, copy: Copy, case: str) -> Any:
    """Choose an entry as it is shown, hidden ones too, or None."""
    entries = copy.desk.case(case, hidden=True).entries
    return world.chance.choice(entries) if entries else None


def some_view(world: World, copy: Copy) -> View | None:
    """Choose a screen that somebody looked at earlier, of a case that is there; rather one on
    which something is not as it is now."""
    if not copy.views or not world.maybe(0.5):
        return None
    old = [view for view in copy.views if moved(world, copy, view)]
    return world.chance.choice(old if old and world.maybe(0.7) else copy.views)


def moved(world: World, copy: Copy, view: View) -> list[Register]:
    """Return what was written anew since a screen was looked at."""
    know = copy.knowledge()
    return [place for place, seen in view.heads.items() if world.oracle.heads(place, know) != seen]


# --- acts --------------------------------------------------------------------------------------


def new(world: World, copy: Copy) -> None:
    """Make a case, while there are few."""
    if len(copy.cases()) >= CASES and not world.maybe(0.05):
        note(world, copy)
        return
    title = world.words().split("\n")[0] if world.maybe(0.2) else None
    with world.acting(copy):
        copy.desk.new(world.chance.choice(PROJECTS), world.words(), title=title)


def note(world: World, copy: Copy) -> None:
    """Add an entry, or an answer to one."""
    case = some_case(world, copy)
    answered = some_entry(world, copy, case) if world.maybe(0.3) else None
    with world.acting(copy):
        copy.desk.note(
            case,
            world.words(token=False),
            reply_to=answered.id if answered else None,
            speaker=world.chance.choice(("客户", *PEOPLE)) if world.maybe(0.3) else None,
            happened="2025-06-01" if world.maybe(0.1) else None,
        )


def look(world: World, copy: Copy) -> None:
    """Open a case and leave it on the screen."""
    case = some_case(world, copy)
    shown = copy.desk.case(case)
    know = copy.knowledge()
    registers: list[Register] = [("field", case, name) for name in FIELDS]
    registers += [("entry", case, entry.id, "x") for entry in shown.entries]
    heads = {register: world.oracle.heads(register, know) for register in registers}
    seen = dict(shown.seen)
    view = View(case, seen, {entry.id: entry.seen for entry in shown.entries}, heads)
    copy.views = [*copy.views[-3:], view]


def edit_field(world: World, copy: Copy) -> None:
    """Change the problem, the title or the date, perhaps from an old screen."""
    view = some_view(world, copy)
    later = [place[2] for place in moved(world, copy, view) if place[0] == "field"] if view else []
    later = [name for name in later if name in TYPED]
    name = world.chance.choice(later if later and world.maybe(0.7) else TYPED)
    _change_field(world, copy, view.case if view else some_case(world, copy), name, view)


def _change_field(world: World, copy: Copy, case: str, name: str, view: View | None) -> None:
    text = world.words()
    if name == "date":
        text = f"2025-06-{world.chance.randint(1, 28):02d}"
    elif name == "title":
        text = text.split("\n")[0][:200]
    with world.acting(copy, Intent(view)):
        copy.desk.edit_field(case, name, text, seen=view.seen[name] if view else None)


def edit_entry(world: World, copy: Copy) -> None:
    """Change what an entry says, perhaps from an old screen."""
    view = some_view(world, copy)
    if view is None:
        case = some_case(world, copy)
        found = some_entry(world, copy, case)
        if found is not None:
            _change_entry(world, copy, case, found.id, None)
    elif view.entries:
        later = [place[2] for place in moved(world, copy, view) if place[0] == "entry"]
        entry = world.chance.choice(later if later and world.maybe(0.7) else sorted(view.entries))
        _change_entry(world, copy, view.case, entry, view)


def _change_entry(world: World, copy: Copy, case: str, entry: str, view: View | None) -> None:
    with world.acting(copy, Intent(view)):
        seen = view.entries[entry] if view else None
        copy.desk.edit_entry(case, entry, text=world.words(), seen=seen)


def two_windows(world: World, copy: Copy) -> None:
    """Leave a case open in one window, change it in another, and then in the first."""
    look(world, copy)
    view = copy.views[-1]
    entry = world.chance.choice(sorted(view.entries)) if view.entries else ""
    name = world.chance.choice(TYPED)
    for shown in (None, view):
        if entry and name == "title":
            _change_entry(world, copy, view.case, entry, shown)
        else:
            _change_field(world, copy, view.case, name, shown)


def at_once(world: World, copy: Copy) -> None:
    """Have two people do something to one thing before either hears of the other."""
    here = set(copy.cases())
    others = [c for c in world.copies if c is not copy and here & set(c.cases())]
    if not others:
        note(world, copy)
        return
    other = world.chance.choice(others)
    case = world.chance.choice(sorted(here & set(other.cases())))
    shown = [{entry.id for entry in c.desk.case(case).entries} for c in (copy, other)]
    entries = sorted(shown[0] & shown[1])
    entry = world.chance.choice(entries) if entries and world.maybe(0.4) else None
    what = world.chance.choice((*TYPED, "status", "status", "tags", "tags"))
    for one in (copy, other):
        _do_something(world, one, case, entry, what)


def _do_something(world: World, copy: Copy, case: str, entry: str | None, what: str) -> None:
    if entry is None and what == "status":
        with world.acting(copy):
            copy.desk.status([case], world.chance.choice(STATUSES))
    elif entry is None and what == "tags":
        add, remove = world.chance.choice((([TAGS[0]], []), ([], [TAGS[0]])))
        with world.acting(copy):
            copy.desk.tag([case], add, remove)
    elif what != "date" and world.maybe(0.3):
        with world.acting(copy):
            copy.desk.redact(case, entry or what, text=None, why="密码")
    elif entry is not None and world.maybe(0.3):
        with world.acting(copy):
            copy.desk.hide([case], entry)
    elif entry is not None:
        _change_entry(world, copy, case, entry, None)
    else:
        _change_field(world, copy, case, what, None)


def edit_about(world: World, copy: Copy) -> None:
    """Change who said an entry, and when."""
    case = some_case(world, copy)
    entry = some_entry(world, copy, case)
    if entry is None:
        return
    speaker = world.chance.choice((*SPELLINGS, *PEOPLE, ""))
    happened = f"2025-05-{world.chance.randint(1, 28):02d}" if world.maybe(0.3) else None
    with world.acting(copy):
        copy.desk.edit_entry(case, entry.id, speaker=speaker, happened=happened)


def status(world: World, copy: Copy) -> None:
    """Set the status of one case, perhaps from an old screen, or of several."""
    view = some_view(world, copy)
    cases = [view.case] if view else [some_case(world, copy)]
    if not view and world.maybe(0.3):
        cases = world.chance.sample(copy.cases(), k=min(3, len(copy.cases())))
    value = world.chance.choice(STATUSES)
    held = value == "on_hold" and world.maybe(0.5)
    with world.acting(copy, Intent(view)):
        copy.desk.status(
            cases,
            value,
            until=f"2025-07-{world.chance.randint(1, 28):02d}" if held else None,
            why=world.words().split("\n")[0][:60] if held else None,
            seen={view.case: view.seen["status"]} if view else None,
        )


def assign(world: World, copy: Copy) -> None:
    """Give cases engineers, or take them off."""
    elements(world, copy, "assign", ("liu", *PEOPLE))


def tag(world: World, copy: Copy) -> None:
    """Give cases tags, or take them off."""
    elements(world, copy, "tag", TAGS)


def elements(world: World, copy: Copy, method: str, names: tuple[str, ...]) -> None:
    """Give and take elements of a set."""
    cases = world.chance.sample(
        copy.cases(), k=min(world.chance.choice((1, 1, 2)), len(copy.cases()))
    )
    one, two = world.chance.sample(names, k=2)
    add, remove = world.chance.choice((([one], []), ([], [one]), ([one], [two])))
    with world.acting(copy):
        getattr(copy.desk, method)(cases, add, remove)


def hide(world: World, copy: Copy) -> None:
    """Hide a case or an entry."""
    case = some_case(world, copy)
    entry = some_entry(world, copy, case) if world.maybe(0.75) else None
    with world.acting(copy):
        copy.desk.hide([case], entry.id if entry else None)


def unhide(world: World, copy: Copy) -> None:
    """Show a hidden case, and a hidden entry of it."""
    case = some_case(world, copy)
    hidden = [e.id for e in copy.desk.case(case, hidden=True).entries if e.hidden]
    with world.acting(copy):
        copy.desk.unhide([case], world.chance.choice(hidden) if hidden else None)


def redact(world: World, copy: Copy) -> None:
    """Take a text out, or one word of it."""
    case = some_case(world, copy)
    entry = some_entry(world, copy, case)
    target = entry.id if entry and world.maybe(0.7) else world.chance.choice(("problem", "title"))
    shown = copy.desk.case(case, hidden=True)
    whole = entry.text if entry and target == entry.id else getattr(shown.summary, target, "")
    part = whole.split()[0] if whole.split() and world.maybe(0.4) else None
    if part is not None:
        # What else its versions say is erased with them, but a kept page may hold it.
        told = json.dumps([history_json(item) for item in copy.desk.history(case)])
        world.spared |= set(TOKEN.findall(told)) - set(TOKEN.findall(part))
    with world.acting(copy):
        copy.desk.redact(case, target, text=part, why="密码")


def decide(world: World, copy: Copy) -> None:
    """Decide something that waits."""
    waiting = copy.desk.decisions()
    if not waiting:
        status(world, copy)
        return
    chosen = world.chance.choice(waiting)
    kinds = {
        "status": world.chance.choice(STATUSES),
        "date": "2025-06-09",
        "happened": "2025-05-09",
    }
    text = kinds.get(chosen.field, world.words().split("\n")[0][:100])
    with world.acting(copy):
        if world.maybe(0.7):
            copy.desk.decide(chosen.id, choice=world.chance.randint(1, len(chosen.values)))
        else:
            copy.desk.decide(chosen.id, text=text)


def undo(world: World, copy: Copy) -> None:
    """Take the last act back, perhaps bring it again."""
    before = copy.newest
    with world.acting(copy, TRUSTED):
        copy.desk.undo()
    world.counts[UNDONE] += copy.tools.db.value(
        "SELECT EXISTS (SELECT 1 FROM op u JOIN op o ON o.batch = u.undoes JOIN outbox b"
        " ON b.op = o.id JOIN store s ON s.id = b.store AND b.seq <= s.acked WHERE u.id > ?)",
        before,
    )
    if world.maybe(0.4):
        with world.acting(copy, TRUSTED):
            copy.desk.undo(redo=True)


def bring(world: World, copy: Copy) -> None:
    """Import a save of the page, the newest or an older one, as a view or as plain source."""
    wiki = world.wiki
    if not wiki.saves or world.maybe(0.3):
        wiki.change()
    save = wiki.saves[-1] if world.maybe(0.6) else world.chance.choice(wiki.saves)
    data = save.data(plain=world.maybe(0.2))
    elsewhere = [saves for name, saves in wiki.brought.items() if name != copy.name]
    world.counts[SAME_SAVE] += any(save in saves for saves in elsewhere)
    world.counts[OTHER_SAVE] += any(saves - {save} for saves in elsewhere)
    wiki.brought.setdefault(copy.name, set()).add(save)
    with world.acting(copy, TRUSTED):
        copy.desk.import_page(data, file_name=f"{NAME}.txt")


def change_wiki(world: World, copy: Copy) -> None:
    """Change the page in the wiki; perhaps somebody puts there what was typed here."""
    if world.maybe(0.5) and copy.cases():
        shown = copy.desk.case(some_case(world, copy))
        typed = [e for e in shown.entries if not e.imported]
        if typed and shown.summary.project == "nova" and shown.summary.number:
            entry = world.chance.choice(typed)
            speaker = entry.speaker or entry.author or ""
            if world.wiki.write_back(shown.summary.number, entry.text, speaker):
                return
    world.wiki.change()


def attach(world: World, copy: Copy) -> None:
    """Attach a file to a case, or to a new entry; perhaps one that was attached before."""
    case = some_case(world, copy)
    name = world.chance.choice(FILES)
    content = world.chance.choice((b"same", world.chance.randbytes(40)))
    with world.acting(copy):
        if world.maybe(0.5):
            copy.desk.attach(case, Given(name, [content]))
        else:
            copy.desk.note(case, world.words(), files=[Given(name, [content])])


def redact_file(world: World, copy: Copy) -> None:
    """Take a file out."""
    case = some_case(world, copy)
    attached = [file for file in copy.desk.files(case) if file.sha256 is not None]
    if attached:
        with world.acting(copy):
            copy.desk.redact_file(case, world.chance.choice(attached), why="密码")


def read(world: World, copy: Copy) -> None:
    """Have somebody read a case to its end."""
    case = some_case(world, copy)
    rows = copy.tools.db.rows(
        "SELECT o.op_id FROM op o JOIN subject s ON s.id = o.subject WHERE s.uid = ?", case
    )
    world.seen.setdefault(copy.author, set()).update(row["op_id"].hex() for row in rows)
    with world.acting(copy):
        copy.desk.mark_read(case)


def people(world: World, copy: Copy) -> None:
    """Say on which side somebody stands, or that two spellings are one person, or are not, or
    take out what was said of a name."""
    name, other = world.chance.sample((*SPELLINGS, *PEOPLE), k=2)
    what = world.chance.choice(("side", "alias", "alias", "not alias", "merge"))
    with world.acting(copy):
        if what == "merge":
            copy.desk.merge_people(name, other)
        elif what == "not alias" and other in PEOPLE:
            copy.desk.redact_person(name, why="密码")
        else:
            copy.desk.set_person(
                name,
                side=world.chance.choice(("engineer", "customer", "none"))
                if what == "side"
                else None,
                aliases=[other] if what == "alias" else [],
                others=[other] if what == "not alias" else [],
            )


def rebuild(world: World, copy: Copy) -> None:
    """Have the tables made again from the log, in the middle of everything."""
    report = copy.desk.rebuild()
    if not report["equal"]:
        raise Broken(f"(d) {copy.name}: rebuild differs: {report['differences']}")


def draft(world: World, copy: Copy) -> None:
    """Begin a text, go on with one, finish or discard one."""
    if copy.drafts and world.maybe(0.6):
        _go_on(world, copy)
        return
    case = some_case(world, copy)
    entry = some_entry(world, copy, case)
    kind = world.chance.choice(("note", "edit", "reply", "problem", "title"))
    if kind in ("edit", "reply") and entry is None:
        return
    target = entry.id if kind in ("edit", "reply") else None
    desk = copy.desk
    seen = entry.seen if kind == "edit" else desk.case(case).seen.get(kind, ())
    text = world.words().split("\n")[0][:200]
    with world.acting(copy):
        opened = desk.open_draft(case, kind, target=target, seen=seen)
        desk.save_draft(opened.id, text)
        copy.drafts[opened.id] = text


def _go_on(world: World, copy: Copy) -> None:
    chosen = world.chance.choice(sorted(copy.drafts))
    what = world.chance.choice(("save", "finish", "finish", "discard"))
    text = world.words().split("\n")[0][:200]
    if what == "save":
        with world.acting(copy):
            copy.drafts.pop(chosen)  # until it is saved it may be either text
            copy.desk.save_draft(chosen, text)
            copy.drafts[chosen] = text
        return
    copy.drafts.pop(chosen)
    with world.acting(copy, TRUSTED):
        if what == "discard":
            copy.desk.discard_draft(chosen)
        else:
            copy.desk.finish_draft(chosen, text)


ACTS: tuple[tuple[Act, int], ...] = (
    (new, 4),
    (note, 16),
    (look, 8),
    (edit_field, 12),
    (edit_entry, 12),
    (edit_about, 4),
    (two_windows, 2),
    (at_once, 8),
    (status, 10),
    (assign, 4),
    (tag, 4),
    (hide, 4),
    (unhide, 3),
    (redact, 3),
    (decide, 4),
    (undo, 5),
    (bring, 6),
    (change_wiki, 4),
    (attach, 3),
    (redact_file, 1),
    (read, 2),
    (people, 3),
    (renumber, 2),
    (reserve, 2),
    (rebuild, 1),
    (draft, 6),
)
