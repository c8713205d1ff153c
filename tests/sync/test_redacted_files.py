"""A redacted content that comes once more: attached anew, or on its way just then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.places import FolderPlace
from tests.sync.team import Person, Team
from workbench.desk import Desk, WorkbenchError
from workbench.desk.attaching import Given
from workbench.local import points

SECRET = Given("证件.txt", ["证件号码".encode() * 9])


class Stopped(BaseException):
    """The process ends here."""


@pytest.fixture
def team(folder_place: FolderPlace, tmp_path: Path) -> Iterator[Team]:
    folder_place.create()
    with Team(folder_place, tmp_path) as found:
        yield found


@pytest.fixture
def anna(team: Team) -> Person:
    return team.join("anna")


def redacted(person: Person) -> str:
    """Return a case of which a file was redacted."""
    case = person.desk.new("nova", "两台桩离线")
    person.desk.attach(case, SECRET)
    person.desk.redact_file(case, person.desk.file(case, SECRET.name), why="个人信息")
    assert left(person) == []
    return case


def left(person: Person) -> list[Path]:
    """Return the contents that lie beside a copy's file, whole or not."""
    folder = person.path.with_name(f"{person.path.name}.files")
    return [path for path in folder.rglob("*") if path.is_file()]


def at(wanted: str, act: Callable[[], None]) -> Callable[[str], None]:
    """Return a hook that does something when a point is reached, once."""
    done: list[str] = []

    def hook(name: str) -> None:
        if name == wanted and not done:
            done.append(name)
            act()

    return hook


def stop() -> None:
    raise Stopped


@pytest.mark.parametrize("point", ["blob:before-fsync", "blob:after-rename", "attach:after-append"])
def test_what_was_stopped_on_its_way_to_an_attachment_is_gone_at_the_next_start(
    anna: Person, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    case = redacted(anna)
    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", at(point, stop))
        with pytest.raises(Stopped):
            anna.desk.attach(case, SECRET)
    anna.reopen()
    assert left(anna) == []
    anna.desk.attach(case, SECRET)
    anna.reopen()
    assert [file.here for file in anna.desk.files(case)] == [True]


@pytest.mark.parametrize("act", ["attach", "note"])
def test_what_another_window_took_out_meanwhile_is_not_attached(
    anna: Person, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    case = redacted(anna)
    attach, note = anna.desk.attach, anna.desk.note

    def start_another() -> None:
        Desk.open(anna.path, "anna").close()

    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", at(f"{act}:before-begin", start_another))
        with pytest.raises(WorkbenchError, match="was redacted before"):
            attach(case, SECRET) if act == "attach" else note(case, "x", files=[SECRET])
    assert anna.desk.files(case) == ()
    assert left(anna) == []


def test_what_was_redacted_while_it_came_is_not_left(
    team: Team, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = anna.desk.new("nova", "两台桩离线")
    anna.desk.attach(case, SECRET)
    anna.sync()
    boris = team.join("boris")

    def redact_in_another() -> None:
        with Desk.open(boris.path, "boris") as desk:
            desk.redact_file(case, desk.file(case, SECRET.name), why="个人信息")

    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", at("blob:before-rename", redact_in_another))
        boris.sync()
    assert boris.desk.files(case) == ()
    assert left(boris) == []


def test_what_a_killed_process_left_of_it_goes_with_the_next_sync(
    team: Team, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The redaction comes without the change that it takes out: nothing of it was ever known."""
    boris = team.join("boris")
    case = boris.desk.new("nova", "扫码失败")

    def stop() -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(points, "hook", at("blob:after-folder-fsync", stop))
        with pytest.raises(Stopped):
            boris.desk.attach(case, SECRET)
    assert left(boris)
    redacted(anna)
    anna.sync()
    boris.sync()
    assert left(boris) == []
    team.settle()
    team.agree()
