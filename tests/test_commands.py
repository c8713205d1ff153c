"""The registry of acts keeps the rules of the keyboard, and refuses keys that break them."""

from __future__ import annotations

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.widgets import Input, TextArea

from tests.readme import TAKEN_BY_TERMINALS, passes_an_input_method
from workbench.commands import (
    BY_ID,
    COMMANDS,
    GROUPS,
    SCOPES,
    Command,
    KeymapError,
    acts_in,
    effective_keymap,
    in_place,
    label,
    twins,
)
from workbench.keys import belongs_to_text, character_of, name_of, parse

NEVER = {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"}
IN_TEXT = {"save", "discard", "help", "sync", "filter", "palette", "suspend", "quit", "back"}
"""What is possible where text has focus, besides moving it and the filter line's own keys."""


def typed(text: str) -> list[str]:
    """Return the names of the keys that Textual makes of what a terminal sends."""
    return [event.key for event in XTermParser().feed(text) if isinstance(event, Key)]


def test_ids_are_unique_and_scopes_and_groups_known() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert {command.group for command in COMMANDS} == set(GROUPS)
    assert {command.scope for command in COMMANDS} <= set(SCOPES)
    assert all(command.id.isidentifier() for command in COMMANDS)


def test_the_default_keys_do_not_clash() -> None:
    assert set(effective_keymap()) == set(BY_ID)


@pytest.mark.parametrize(
    "command",
    [command for command in COMMANDS if command.frequent],
    ids=lambda command: command.id,
)
def test_a_frequent_act_passes_an_input_method_without_shift(command: Command) -> None:
    passing = [key for key in command.keys if passes_an_input_method(key)]
    assert passing, "an input method would swallow every key of it"
    assert not any(len(key) == 1 and key.isupper() for key in passing)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_no_key_is_another_one_on_some_terminals(command: Command) -> None:
    assert not NEVER & set(command.keys)
    if command.keys:
        assert set(command.keys) - TAKEN_BY_TERMINALS, "some terminals keep F1, F10, F11"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_default_key_is_one_that_textual_can_report(command: Command) -> None:
    from_sequences = {
        key.value
        for keys in ANSI_SEQUENCES_KEYS.values()
        if isinstance(keys, tuple)
        for key in keys
    }
    for key in command.keys:
        character = character_of(key)
        assert parse(key) == key
        assert key in from_sequences or (character and typed(character) == [key])


def test_status_keys_are_the_four_digits() -> None:
    keymap = effective_keymap()
    statuses = ("status_in_progress", "status_resolved", "status_on_hold", "status_unset")
    assert [keymap[name] for name in statuses] == [
        ("1", "１"),
        ("2", "２"),
        ("3", "３"),
        ("0", "０"),
    ]


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("slash", "／、"),
        ("question_mark", "？"),
        ("colon", "："),
        ("number_sign", "＃"),
        ("left_square_bracket", "【"),
        ("right_square_bracket", "】"),
        ("4", "４"),
        ("0", "０"),
    ],
)
def test_twins_are_named_as_textual_names_them(key: str, sent: str) -> None:
    assert list(twins(key)) == typed(sent)


def test_a_letter_has_no_twin() -> None:
    assert twins("a") == ()


@pytest.mark.parametrize("character", "/?:#!$[]{}@\\-+_=`~;'\",.<>|^&*()，。；￥…")
def test_signs_are_named_as_textual_names_them(character: str) -> None:
    assert [name_of(character)] == typed(character)
    assert character_of(name_of(character)) == character


def test_where_text_has_focus_only_the_allowed_acts_are_possible() -> None:
    keymap = effective_keymap()
    focus = {"next_focus", "previous_focus"}
    moving = {"move_down", "move_up", "page_down", "page_up", "filter_done"}
    assert set(in_place("editor", keymap)) == IN_TEXT | focus | {"template", "own_editor"}
    assert set(in_place("filter", keymap)) == IN_TEXT | focus | moving


def test_text_keeps_the_keys_that_it_types_and_edits_with() -> None:
    keymap = effective_keymap()
    in_editor = {key for keys in in_place("editor", keymap).values() for key in keys}
    in_filter = {key for keys in in_place("filter", keymap).values() for key in keys}
    unbound = {"ctrl+d", "f6", "f7"}
    of_text = {key for binding in TextArea.BINDINGS for key in binding.key.split(",")} - unbound
    of_input = {key for binding in Input.BINDINGS for key in binding.key.split(",")}
    assert not in_editor & of_text
    assert not in_filter & (of_input - {"ctrl+d", "enter"})
    assert all(character_of(key) is None for key in in_editor | in_filter)
    assert "ctrl+z" not in in_editor
    assert "ctrl+z" in in_place("list", keymap)["undo"]


def test_every_key_that_textual_edits_with_is_known_to_belong_to_text() -> None:
    ours = {"ctrl+d", "f6", "f7"}
    keys = {
        key
        for widget in (TextArea, Input)
        for binding in widget.BINDINGS
        for key in binding.key.split(",")
    }
    ordinary = {key for key in keys - ours if "super+" not in key and "ctrl+shift+" not in key}
    missing = {key for key in ordinary if not belongs_to_text(key)} - {"ctrl+backspace"}
    assert not missing


def test_space_adds_an_entry_in_the_thread_only() -> None:
    keymap = effective_keymap()
    assert "space" in in_place("thread", keymap)["add_entry_here"]
    assert not any("space" in keys for keys in in_place("list", keymap).values())
    assert "space" in in_place("decisions", keymap)["take_value"]


def test_a_person_gives_an_act_other_keys() -> None:
    keymap = effective_keymap({"quit": ["Ctrl+Q", "Q"], "hold": "!", "run_own": []})
    assert keymap["quit"] == ("ctrl+q", "Q")
    assert keymap["hold"] == ("exclamation_mark", "fullwidth_exclamation_mark")
    assert keymap["run_own"] == ()
    assert keymap["save"] == ("ctrl+s", "f2")


def test_keys_may_change_places() -> None:
    keymap = effective_keymap({"status_resolved": "1", "status_in_progress": "2"})
    assert keymap["status_resolved"] == ("1", "１")
    assert keymap["status_in_progress"] == ("2", "２")


def test_a_twin_that_was_given_away_on_purpose_is_left_there() -> None:
    keymap = effective_keymap({"preview": "、"})
    assert keymap["preview"] == ("ideographic_comma",)
    assert keymap["filter"] == ("slash", "f8", "fullwidth_solidus")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"hold": "v"}, ["hold", "mark", "v"]),
        ({"hold": ["w", "F6"], "mark": ["v"]}, ["hold", "take_case", "F6"]),
        ({"hold": "enter"}, ["open", "hold", "Enter"]),
        ({"save": "f8"}, ["save", "filter", "F8"]),
        ({"sttus_resolved": "2"}, ["sttus_resolved"]),
        ({"mark": "ctrl+i"}, ["mark", "ctrl+i", "Tab"]),
        ({"mark": "ctrl+h"}, ["mark", "ctrl+h", "Backspace"]),
        ({"mark": "Ctrl+M"}, ["mark", "Ctrl+M", "Enter"]),
        ({"mark": "ctrl+j"}, ["mark", "ctrl+j", "Enter"]),
        ({"mark": ""}, ["mark", "empty"]),
        ({"mark": ["v", "  "]}, ["mark", "empty"]),
        ({"mark": "hyper+x"}, ["mark", "hyper+x"]),
        ({"mark": "knob"}, ["mark", "knob"]),
        ({"mark": "ctrl+1"}, ["mark", "ctrl+1", "terminals"]),
        ({"mark": "ctrl+c"}, ["mark", "ctrl+c", "copies"]),
        ({"filter_done": "x"}, ["filter_done", "x", "types text"]),
    ],
)
def test_keys_that_cannot_work_are_refused_by_a_sentence_that_names_the_acts(
    overrides: dict[str, str | list[str]], words: list[str]
) -> None:
    with pytest.raises(KeymapError) as caught:
        effective_keymap(overrides)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.hint


def test_a_misspelt_act_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(KeymapError) as caught:
        effective_keymap({"sttus_resolved": "2"})
    assert caught.value.hint is not None
    assert "status_resolved" in caught.value.hint


def test_acts_in_different_places_may_share_a_key() -> None:
    assert acts_in(BY_ID["edit"], "e").isdisjoint(acts_in(BY_ID["write_value"], "e"))


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("/", "slash", "/"),
        ("G", "G", "G"),
        ("shift+g", "G", "G"),
        ("Ctrl+S", "ctrl+s", "Ctrl+S"),
        ("PgUp", "pageup", "PgUp"),
        ("Esc", "escape", "Esc"),
        ("space", "space", "Space"),
        ("F7", "f7", "F7"),
        ("Shift+Tab", "shift+tab", "Shift+Tab"),
        ("ctrl+Left", "ctrl+left", "Ctrl+←"),
        ("＃", "fullwidth_number_sign", "＃"),
        ("hyphen-minus", "minus", "-"),
        ("-", "minus", "-"),
        ("+", "plus", "+"),
    ],
)
def test_a_key_is_read_as_people_write_it(written: str, key: str, shown: str) -> None:
    assert parse(written) == key
    assert label(key) == shown
