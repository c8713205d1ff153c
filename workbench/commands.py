"""The registry of acts, as pure data: what a person can do in the terminal UI, and by which keys.

Bindings, palette, footer, help, ``workbench keys`` and the README's table are all made from
``COMMANDS``, so an act is named, explained and given its keys in one place. This module knows no
screen and no widget; it only knows the names of the places where an act is possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.cases.errors import WorkbenchError
from workbench.keys import UnusableKey, belongs_to_text, label, parse, twins
from workbench.language import listed, t

__all__ = [
    "BY_ID",
    "COMMANDS",
    "GROUPS",
    "SCOPES",
    "Command",
    "KeymapError",
    "acts_in",
    "effective_keymap",
    "in_place",
    "label",
    "twins",
]

TEXT_PLACES = frozenset({"editor", "filter"})
"""Places where text has focus: there its own keys win, and only few acts are possible."""

SCOPES: Mapping[str, frozenset[str]] = {
    "list": frozenset({"list"}),
    "thread": frozenset({"thread"}),
    "decisions": frozenset({"decisions"}),
    "editor": frozenset({"editor"}),
    "filter": frozenset({"filter"}),
    "case": frozenset({"list", "thread"}),
    "writing": frozenset({"list", "thread", "editor"}),
    "rows": frozenset({"list", "thread", "decisions", "filter"}),
    "app": frozenset({"list", "thread", "decisions"}),
    "everywhere": frozenset({"list", "thread", "decisions", "editor", "filter"}),
}
"""Scope → the places it covers. ``app`` is wherever no text has focus."""

GROUPS = ("Move", "Triage", "Write", "Find", "Program")
"""The headings of the help screen and of the README's table, in order; each is a msgid."""


@dataclass(frozen=True, slots=True)
class Command:
    """One act.

    ``keys`` are Textual key names, the most natural first; their full-width twins come by
    themselves. Where text has focus a key that types or edits belongs to the text, so of an act
    whose scope covers such a place only the other keys work there. ``title`` and ``help`` are
    msgids. ``cli`` is the command that does the same without a screen.
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    scope: str
    group: str
    show_in_footer: bool = False
    frequent: bool = False
    cli: str | None = None


# fmt: off
COMMANDS: tuple[Command, ...] = (
    # -- Move --------------------------------------------------------------------------------------
    Command("move_down", "Down", "To the next row.",
            ("j", "down"), "rows", "Move", frequent=True),
    Command("move_up", "Up", "To the row before.",
            ("k", "up"), "rows", "Move", frequent=True),
    Command("page_down", "Page down", "One screen further down.",
            ("pagedown",), "rows", "Move", frequent=True),
    Command("page_up", "Page up", "One screen further up.",
            ("pageup",), "rows", "Move", frequent=True),
    Command("move_top", "Top", "To the first row.",
            ("g", "home"), "app", "Move"),
    Command("move_end", "End", "To the last row.",
            ("G", "end"), "app", "Move"),
    Command("open", "Open", "Shows the thread of the case under the cursor and marks it as read.",
            ("enter",), "list", "Move", show_in_footer=True, frequent=True, cli="show CASE"),
    Command("back", "Back", "Closes what is open. Text being written stays as a draft.",
            ("escape",), "everywhere", "Move", frequent=True),
    Command("next_unread", "Next unread", "To the next case with entries that you have not read.",
            ("n", "4"), "case", "Move", show_in_footer=True, frequent=True, cli="list is:unread"),
    Command("next_hit", "Next hit", "To the next place in the thread that the filter found.",
            ("right_square_bracket", "right"), "thread", "Move", frequent=True),
    Command("previous_hit", "Hit before", "To the place before it that the filter found.",
            ("left_square_bracket", "left"), "thread", "Move", frequent=True),
    Command("fold", "Unfold", "Shows all of a long entry, or its beginning alone again.",
            ("z", "8", "f9"), "thread", "Move", frequent=True),
    Command("jump", "Go to number", "Opens a case by its number or key.",
            ("number_sign",), "app", "Move", frequent=True, cli="show CASE"),
    Command("next_focus", "Next part", "Moves the focus to the next part of the screen.",
            ("tab",), "everywhere", "Move", frequent=True),
    Command("previous_focus", "Part before", "Moves the focus to the part of the screen before.",
            ("shift+tab",), "everywhere", "Move"),
    # -- Triage ------------------------------------------------------------------------------------
    Command("status_in_progress", "In progress",
            "Sets the status to in progress, for all marked cases if there are any.",
            ("1",), "case", "Triage", show_in_footer=True, frequent=True,
            cli="status CASE in_progress"),
    Command("status_resolved", "Resolved",
            "Sets the status to resolved, for all marked cases if there are any.",
            ("2",), "case", "Triage", show_in_footer=True, frequent=True,
            cli="status CASE resolved"),
    Command("status_on_hold", "On hold",
            "Sets the status to on hold, for all marked cases if there are any.",
            ("3",), "case", "Triage", show_in_footer=True, frequent=True,
            cli="status CASE on_hold"),
    Command("status_unset", "Unset",
            "Takes the status away, for all marked cases if there are any.",
            ("0",), "case", "Triage", frequent=True, cli="status CASE unset"),
    Command("hold", "On hold until…", "Puts the case on hold until a day, with a reason.",
            ("w", "f7"), "case", "Triage", frequent=True,
            cli="status CASE on_hold --until D --why W"),
    Command("take_case", "Take it", "Makes you an engineer of the case.",
            ("i", "f6"), "case", "Triage", frequent=True, cli="assign CASE +NAME"),
    Command("engineers", "Engineers…", "Chooses who works on the case.",
            ("o",), "case", "Triage", cli="assign CASE +NAME -NAME"),
    Command("mark", "Mark", "Marks the case; the next act goes to all marked cases.",
            ("v", "8", "f9"), "list", "Triage", frequent=True),
    Command("mark_all", "Mark all", "Marks all cases in view, or takes all marks away.",
            ("V", "ctrl+a"), "list", "Triage"),
    Command("decisions", "Decisions",
            "Shows the fields that people changed without seeing each other.",
            ("d", "9"), "case", "Triage", frequent=True, cli="decisions"),
    Command("take_value", "Take this value", "Decides for the value under the cursor.",
            ("enter", "space"), "decisions", "Triage", show_in_footer=True, frequent=True,
            cli="decide ID CHOICE"),
    Command("write_value", "Write another value", "Decides for a value that you write yourself.",
            ("e", "f4"), "decisions", "Triage", show_in_footer=True, frequent=True,
            cli="decide ID --text T"),
    Command("next_value", "Next value", "To the next of the values that stand there.",
            ("right",), "decisions", "Triage"),
    Command("previous_value", "Value before", "To the value before.",
            ("left",), "decisions", "Triage"),
    Command("value_1", "First value", "To the first of the values; it is not taken yet.",
            ("1",), "decisions", "Triage"),
    Command("value_2", "Second value", "To the second of the values; it is not taken yet.",
            ("2",), "decisions", "Triage"),
    Command("value_3", "Third value", "To the third of the values; it is not taken yet.",
            ("3",), "decisions", "Triage"),
    # -- Write -------------------------------------------------------------------------------------
    Command("new_case", "New case", "Starts a new case.",
            ("c", "6", "ctrl+n"), "case", "Write", show_in_footer=True, frequent=True,
            cli="new PROJECT TEXT"),
    Command("add_entry", "Add an entry", "Starts a new entry at the end of the thread.",
            ("a",), "case", "Write", show_in_footer=True, cli="note CASE TEXT"),
    Command("add_entry_here", "Add an entry",
            "Starts a new entry at the end of the thread; Space passes an input method.",
            ("space",), "thread", "Write", frequent=True, cli="note CASE TEXT"),
    Command("reply", "Reply", "Answers the entry under the cursor, with a quote.",
            ("r", "f3"), "thread", "Write", show_in_footer=True, frequent=True,
            cli="note CASE TEXT --reply-to ENTRY"),
    Command("edit", "Edit", "Changes the text under the cursor; the old version stays readable.",
            ("e", "f4"), "thread", "Write", show_in_footer=True, frequent=True,
            cli="edit CASE ENTRY TEXT"),
    Command("template", "Template…",
            "Writes a text that is written often, with the case's fields filled in.",
            ("t", "f12"), "writing", "Write"),
    Command("own_editor", "Own editor", "Writes on in the program that EDITOR names.",
            ("f4",), "editor", "Write"),
    Command("run_own", "Own command…",
            "Runs a command of your own settings with the case's key, number, title, orders.",
            ("exclamation_mark",), "case", "Write"),
    Command("save", "Save", "Saves what is being written.",
            ("ctrl+s", "f2"), "everywhere", "Write", show_in_footer=True, frequent=True),
    Command("discard", "Discard the draft",
            "Drops what is being written, after asking; it can be brought back for 30 days.",
            ("ctrl+d",), "everywhere", "Write"),
    Command("drafts", "Drafts", "Lists unfinished texts, and brings back a discarded draft.",
            ("D",), "case", "Write"),
    Command("hide", "Hide",
            "Takes the entry or the case out of sight; on a hidden one, shows it again.",
            ("x", "delete"), "case", "Write", frequent=True, cli="hide CASE ENTRY"),
    Command("show_hidden", "Hidden entries", "Shows the hidden entries of threads too, or not.",
            (), "case", "Write", cli="show CASE --hidden"),
    Command("copy", "Copy",
            "Copies the key; again the title too; then a report for a chat; then the entry.",
            ("y", "5"), "case", "Write", frequent=True, cli="show CASE --chat"),
    Command("undo", "Undo", "Takes back your last act, a bulk one as a whole.",
            ("u", "7", "ctrl+z"), "app", "Write", show_in_footer=True, frequent=True, cli="undo"),
    Command("redo", "Redo", "Does again what was just undone.",
            ("ctrl+y",), "app", "Write", cli="undo --redo"),
    Command("acts", "List of acts", "Lists what was done, by whom and when.",
            ("U",), "case", "Write", cli="history CASE"),
    # -- Find --------------------------------------------------------------------------------------
    Command("filter", "Filter", "Opens the filter line: the list follows as you type.",
            ("slash", "f8"), "everywhere", "Find", show_in_footer=True, frequent=True,
            cli="list QUERY"),
    Command("filter_done", "To the list", "Goes to the list and keeps the filter.",
            ("enter",), "filter", "Find", show_in_footer=True, frequent=True),
    Command("filter_clear", "Clear the filter",
            "Shows all cases again. Esc in the list does it too.",
            (), "app", "Find"),
    Command("next_view", "Next view", "Shows the cases of the next saved view.",
            ("right_square_bracket", "right"), "list", "Find", frequent=True,
            cli="list --view NAME"),
    Command("previous_view", "View before", "Shows the cases of the saved view before.",
            ("left_square_bracket", "left"), "list", "Find", frequent=True,
            cli="list --view NAME"),
    Command("save_view", "Save as a view…", "Keeps the filter under a name, as a tab.",
            (), "case", "Find", cli="view save NAME QUERY"),
    Command("remove_view", "Remove the view", "Forgets a view of your own; its cases stay.",
            (), "case", "Find", cli="view remove NAME"),
    Command("sort", "Sort by…",
            "Chooses the order of the list; the one in force can be turned round.",
            ("b", "ctrl+r"), "list", "Find", frequent=True, cli="list --sort SORT"),
    Command("turn_sort", "Turn the order round", "Shows the last rows of the list first.",
            (), "case", "Find", cli="list --sort -SORT"),
    Command("columns", "Columns…",
            "Chooses the columns of the list and their order, for all views or for this one.",
            ("C",), "list", "Find", cli="config set columns"),
    Command("statistics", "Statistics",
            "Counts the cases of the list: by status, age, engineer, week; how fast they go.",
            ("percent_sign",), "list", "Find", cli="stats QUERY"),
    Command("preview", "Preview", "Shows the thread beside the list, below it, or not at all.",
            ("p",), "case", "Find"),
    Command("references", "What it mentions",
            "Lists the keys and numbers that the text mentions; Enter shows all cases with one.",
            ("enter", "m"), "thread", "Find", frequent=True, cli="list ref:VALUE"),
    Command("files", "Files", "Lists the case's pictures and files, shows them and opens them.",
            ("f",), "case", "Find", cli="files CASE"),
    Command("labels", "Jump labels",
            "Puts a letter on everything on screen; the letter goes there.",
            ("ctrl+o",), "case", "Find"),
    # -- Program -----------------------------------------------------------------------------------
    Command("help", "Help", "Explains what is under the cursor and its keys.",
            ("question_mark", "f1"), "everywhere", "Program", show_in_footer=True, frequent=True,
            cli="--help"),
    Command("palette", "All acts", "Finds any act by its name.",
            ("ctrl+p", "colon"), "everywhere", "Program", show_in_footer=True, frequent=True),
    Command("sync", "Sync", "Exchanges changes with the shared stores; pressed again, it stops.",
            ("s", "f5"), "everywhere", "Program", frequent=True, cli="sync"),
    Command("outbox", "Outbox", "Lists what the shared stores do not have yet.",
            ("dollar_sign",), "case", "Program", cli="outbox"),
    Command("import_page", "Import a page…", "Reads a page as saved from the wiki.",
            ("I",), "case", "Program", cli="import FILE"),
    Command("open_store", "Open a store…", "Adds the folder or database that a team shares.",
            ("S",), "case", "Program", cli="store add NAME URL"),
    Command("settings", "Settings", "Shows what can be set, and changes it at once.",
            ("comma", "f10"), "case", "Program", cli="config"),
    Command("refresh", "Read again", "Reads everything again from the database.",
            (), "app", "Program"),
    Command("suspend", "To the shell",
            "Leaves for the shell that it was started in; fg comes back.",
            (), "everywhere", "Program"),
    Command("quit", "Quit", "Ends the program. Text being written is kept as a draft.",
            ("q", "ctrl+q"), "everywhere", "Program", show_in_footer=True, frequent=True),
)
# fmt: on

BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}


class KeymapError(WorkbenchError):
    """Keys in the settings that can't work; the message names every act, ``acts`` has their ids."""

    def __init__(self, message: str, acts: tuple[str, ...], hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.acts = acts


def place_word(place: str) -> str:
    """Return what a place of ``SCOPES`` is called on screen."""
    words = {
        "list": t("in the list"),
        "thread": t("in the thread"),
        "decisions": t("in the decisions"),
        "editor": t("in the editor"),
        "filter": t("in the filter line"),
    }
    return words[place]


def acts_in(command: Command, key: str) -> frozenset[str]:
    """Return the places where ``key`` does ``command``.

    Enter alone does something in the filter line, which has one row: there it is no text.
    """
    places = SCOPES[command.scope]
    if not belongs_to_text(key):
        return places
    if key in ("up", "down", "pageup", "pagedown", "enter"):
        return places - {"editor"}
    return places - TEXT_PLACES


def effective_keymap(
    overrides: Mapping[str, Sequence[str] | str] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Return the keys of every act, with their full-width twins, after a person's own choices.

    Args:
        overrides: id of an act → the keys that replace its own; an empty list takes all away.

    Raises:
        KeymapError: for an unknown act, a key that can't be pressed or does nothing where the act
            is possible, and two acts on one key in one place.
    """
    keymap = {command.id: command.keys for command in COMMANDS}
    for name, written in (overrides or {}).items():
        command = _known(name)
        keymap[name] = _parsed(command, (written,) if isinstance(written, str) else written)
    _refuse_clashes(keymap)
    taken = {(key, place) for name, keys in keymap.items() for key, place in _uses(name, keys)}
    return {name: _with_twins(name, keys, taken) for name, keys in keymap.items()}


def in_place(place: str, keymap: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the acts possible in a place, in the registry's order, with the keys that work there.

    An act of the palette alone is there with no keys.
    """
    return {
        command.id: tuple(key for key in keymap[command.id] if place in acts_in(command, key))
        for command in COMMANDS
        if place in SCOPES[command.scope]
    }


def _known(name: str) -> Command:
    """Return the act of that id."""
    if name in BY_ID:
        return BY_ID[name]
    import difflib

    near = difflib.get_close_matches(name, BY_ID, n=3, cutoff=0.5)
    raise KeymapError(
        t("There is no act “{name}” to give a key to.", name=name),
        (name,),
        t("Did you mean {names}?", names=listed(near))
        if near
        else t("`workbench keys` lists all acts."),
    )


def _parsed(command: Command, written: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the keys written for an act, each once."""
    keys: dict[str, None] = {}
    for text in written:
        try:
            key = parse(text)
        except UnusableKey as error:
            raise KeymapError(
                t(
                    "The key “{key}” of “{id}” {reason}.",
                    key=text,
                    id=command.id,
                    reason=error,
                ),
                (command.id,),
                t("Choose another key: a letter, a sign, F1 to F12, ctrl and a letter."),
            ) from error
        if not acts_in(command, key):
            raise KeymapError(
                t(
                    "The key {key} types text, so it can't do “{id}” where text is written.",
                    key=label(key),
                    id=command.id,
                ),
                (command.id,),
                t("Choose a function key or ctrl and a letter."),
            )
        keys[key] = None
    return tuple(keys)


def _uses(name: str, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield every (key, place) that an act takes."""
    command = BY_ID[name]
    return ((key, place) for key in keys for place in acts_in(command, key))


def _refuse_clashes(keymap: Mapping[str, Sequence[str]]) -> None:
    """Raise if two acts share a key in a place where both are possible."""
    owners: dict[tuple[str, str], str] = {}
    for name, keys in keymap.items():
        for key, place in _uses(name, keys):
            other = owners.setdefault((key, place), name)
            if other != name:
                raise KeymapError(
                    t(
                        "The key {key} would do both {first} and {second} ({place}).",
                        key=label(key),
                        first=_named(other),
                        second=_named(name),
                        place=place_word(place),
                    ),
                    (other, name),
                    t("Give one of the two another key."),
                )


def _named(name: str) -> str:
    """Return an act as its title and, for the config, its id."""
    return t("“{title}” ({id})", title=t(BY_ID[name].title), id=name)


def _with_twins(name: str, keys: tuple[str, ...], taken: set[tuple[str, str]]) -> tuple[str, ...]:
    """Return ``keys`` and those of their twins that nobody was given on purpose."""
    free = (
        twin
        for key in keys
        for twin in twins(key)
        if twin not in keys and taken.isdisjoint(_uses(name, (twin,)))
    )
    return (*keys, *dict.fromkeys(free))
