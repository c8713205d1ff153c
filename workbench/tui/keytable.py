"""Which key does what where: the registry of acts, turned round for look-up by key."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.commands import BY_ID, COMMANDS, GROUPS, Command, in_place, label
from workbench.language import t

PLACES = ("list", "thread", "decisions", "editor", "filter")

FOOTERS: Mapping[str, tuple[str, ...]] = {
    "editor": ("save", "back", "discard", "palette", "help"),
}
"""Places where what matters is not what the registry's footer says."""


class KeyTable:
    """The effective key map, by place."""

    def __init__(self, keymap: Mapping[str, tuple[str, ...]]) -> None:
        """Take ``keymap``: id of an act → its keys, as the registry gives it."""
        self._keys = {place: in_place(place, keymap) for place in PLACES}
        self._acts = {
            place: {key: name for name, keys in acts.items() for key in keys}
            for place, acts in self._keys.items()
        }

    def act(self, place: str | None, key: str) -> str | None:
        """Return the id of the act that ``key`` does in ``place``, None if it does none."""
        return self._acts[place].get(key) if place else None

    def key(self, name: str, place: str) -> str:
        """Return how the first key of an act is shown, "" where it has none in ``place``."""
        keys = self._keys[place].get(name, ())
        return label(keys[0]) if keys else ""

    def labels(self, name: str, place: str) -> str:
        """Return all keys of an act as they are shown, full-width twins left out."""
        shown = (label(key) for key in self._keys[place].get(name, ()))
        return " ".join(text for text in shown if not _full_width(text))

    def hints(self, place: str) -> tuple[tuple[str, str], ...]:
        """Return (key, title) of the acts that the footer shows in ``place``.

        What can be done only here stands first, and the help last: a narrow footer leaves out those
        before it.
        """
        keys = self._keys[place]
        if place in FOOTERS:
            acts = [BY_ID[name] for name in FOOTERS[place]]
        else:
            acts = [BY_ID[name] for name in keys if BY_ID[name].show_in_footer and name != "save"]
            first = "Write" if place == "thread" else "Move"
            acts.sort(key=lambda act: (act.id == "help", act.scope != place, act.group != first))
        return tuple((label(keys[act.id][0]), t(act.title)) for act in acts if keys[act.id])

    def key_of_label(self, shown: str, place: str) -> str | None:
        """Return the act whose first key is shown as ``shown`` in ``place``."""
        for name, keys in self._keys[place].items():
            if keys and label(keys[0]) == shown:
                return name
        return None

    def groups(self, place: str) -> list[tuple[str, list[Command]]]:
        """Return the acts possible in ``place`` under the registry's headings."""
        acts = self._keys[place]
        return [
            (group, [act for act in COMMANDS if act.group == group and act.id in acts])
            for group in GROUPS
        ]


def _full_width(shown: str) -> bool:
    return len(shown) == 1 and not shown.isascii() and shown not in "↑↓←→"
