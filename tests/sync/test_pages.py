"""Sources of imported pages: every copy writes them back, and no redacted word comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.pages import PageCase, PageEntry, avatar, first_save, next_save, page_source
from tests.sync.places import DatabasePlace, FolderPlace, Place
from tests.sync.team import Person, Team
from workbench.cases.errors import Stopped
from workbench.cases.register import REDACTED
from workbench.desk import WorkbenchError, sharedpages
from workbench.desk.tools import Tools
from workbench.local import points
from workbench.local.blobs import Blob
from workbench.local.segments import DAY_MS
from workbench.sync import pages as exchanging
from workbench.sync.remote import Unreachable

SECRET = "口令是 seven-ivory-lanterns"
WORDS = ("seven-ivory-lanterns",)
CASES = (
    PageCase(2, "20240602", "枪头过热", (PageEntry("丁", "YD"),)),
    PageCase(1, "20240601", "桩离线", (PageEntry("甲", "YD"), PageEntry(SECRET, "LM"))),
)
PAGE = "nova_9"


@pytest.fixture
def team(place: Place, tmp_path: Path) -> Iterator[Team]:
    place.create()
    with Team(place, tmp_path) as found:
        yield found


@pytest.fixture
def nearby(folder_place: FolderPlace, tmp_path: Path) -> Iterator[Team]:
    """Return a team with a store in a folder."""
    folder_place.create()
    with Team(folder_place, tmp_path) as found:
        yield found


def source(*cases: PageCase, ending: str = "\n") -> bytes:
    return page_source(cases or CASES).replace("\n", ending).encode()


def take(person: Person, data: bytes | None = None) -> tuple[int, int, int]:
    """Import a save; return how many cases it added, changed and left."""
    done = person.desk.import_page(source() if data is None else data, file_name=f"{PAGE}.txt")
    return done.added, done.changed, done.unchanged


def written(person: Person) -> bytes:
    return person.desk.write_page(PAGE).data


def case(person: Person, number: int = 1) -> str:
    return person.desk.resolve(str(number))


def redact(person: Person) -> None:
    (entry,) = [e for e in person.desk.case(case(person)).entries if e.text == SECRET]
    person.desk.redact(case(person), entry.id, why="个人信息")


def holding(person: Person) -> list[str]:
    """Return the files of a copy that hold a redacted word."""
    person.desk.status_line()
    beside = person.path.parent.rglob(f"{person.path.name}*")
    files = [*beside, *person.path.with_name(f"{person.path.name}.files").rglob("*")]
    return [
        str(path)
        for path in files
        if path.is_file() and any(word.encode() in path.read_bytes() for word in WORDS)
    ]


def clean(team: Team) -> None:
    """Check that neither the store nor any copy has a redacted word in any byte."""
    assert not any(word.encode() in team.place.content() for word in WORDS)
    assert [found for person in team.people for found in holding(person)] == []
    for name, data in team.place.files().items():
        assert not any(word.encode() in data for word in WORDS), name


def alike(team: Team) -> bytes:
    """Check that every copy writes the page in the same bytes; return them."""
    first, *others = [written(person) for person in team.people]
    assert all(other == first for other in others)
    return first


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_another_copy_writes_the_page_as_the_one_that_imported_it(team: Team, ending: str) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    data = source(ending=ending)
    take(anna, data)
    anna.sync()
    boris.sync()
    assert written(boris) == data
    boris.desk.note(case(boris, 2), "已更换", speaker="Kay")
    boris.desk.status([case(boris)], "resolved")
    team.settle()
    page = alike(team)
    assert "【Kay】:已更换".encode() in page
    for person in team.people:
        assert take(person, page) == (0, 0, 2)
        assert take(person, data)[0] == 0
    team.settle()
    team.agree()


def test_a_save_with_revisions_is_written_alike_and_known_again(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    lines = first_save(CASES)
    take(anna, avatar(lines, PAGE))
    nearby.settle()
    more = (CASES[0], PageCase(1, "20240601", "桩离线", (*CASES[1].entries, PageEntry("丙", "YD"))))
    later = next_save(lines, more, "1.2")
    take(boris, avatar(later, PAGE))
    nearby.settle()
    assert "丙".encode() in alike(nearby)
    take(anna, avatar(lines, PAGE))
    nearby.settle()
    assert "丙".encode() in alike(nearby)
    for person in nearby.people:
        assert take(person, avatar(later, PAGE)) == (0, 0, 2)
    assert len(nearby.place.files()) == 1


@pytest.fixture
def former(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Have imports tell of a page as versions did that shared none."""
    about = sharedpages.about

    def told(tools: Tools, row: int, project: str | None, **how: bool) -> dict[str, Any]:
        found = about(tools, row, project, **how)
        return {key: found[key] for key in ("name", "sha256")}

    with monkeypatch.context() as patch:
        patch.setattr(sharedpages, "about", told)
        yield patch.undo


@pytest.mark.parametrize("project", [None, "nova"])
def test_a_page_of_an_earlier_version_is_shared_by_the_next_sync(
    team: Team, former: Callable[[], None], project: str | None
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    data = source() if project is None else source().replace(b"nova_case#", b"case#")
    anna.desk.import_page(data, file_name=f"{PAGE}.txt", project=project)
    former()
    team.settle()
    assert alike(team) == data
    assert len(team.place.files()) == 1
    redact(boris)
    team.settle()
    clean(team)
    with pytest.raises(WorkbenchError, match="nothing to take back"):
        boris.desk.undo()


def test_of_a_page_that_two_imported_with_an_earlier_version_a_person_decides(
    nearby: Team, former: Callable[[], None]
) -> None:
    """Nobody knows which of their saves is the newer one."""
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    take(boris, source(CASES[0]))
    nearby.settle()
    for person in nearby.people:
        person.one("DELETE FROM meta WHERE name = 'pages shared' RETURNING 1")
    former()
    notes = [note for person in nearby.people for note in person.sync().notes]
    told = f"the page {PAGE} was imported by a version that shared no pages"
    assert [note.partition(";")[0] for note in notes] == [told] * 2
    assert not nearby.place.files()
    assert [person.sync().notes for person in nearby.people] == [(), ()]
    take(boris, source(CASES[0]))
    nearby.settle()
    assert alike(nearby) == source(CASES[0])


def test_who_imported_the_same_page_shares_it_once(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    take(anna)
    take(boris)
    team.settle()
    assert len(team.place.files()) == 1
    assert alike(team) == source()
    assert take(team.join("carol")) == (2, 0, 0)
    team.settle()
    assert len(team.place.files()) == 1


def test_of_two_pages_apart_the_later_counts_whatever_is_redacted_in_the_other(
    nearby: Team,
) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    newer = source(CASES[0], PageCase(1, "20240601", "桩离线", (PageEntry("戊", "YD"),)))
    take(boris, newer)
    redact(anna)
    nearby.settle()
    assert alike(nearby).startswith(newer[:60])
    assert SECRET.encode() not in alike(nearby)
    assert "戊".encode() in alike(nearby)


def test_what_a_redaction_left_of_a_replaced_save_is_no_newer_page(nearby: Team) -> None:
    anna, boris, carol = nearby.join("anna"), nearby.join("boris"), nearby.join("carol")
    newer = (PageCase(2, "20240603", "枪头过热", CASES[0].entries), CASES[1])
    lines = first_save(CASES)
    take(anna, avatar(next_save(lines, newer, "1.2"), PAGE))
    take(boris, source(PageCase(2, "20240604", "枪头过热"), CASES[1]))
    take(boris, source(*newer))
    take(carol, avatar(lines, PAGE))
    nearby.settle()
    redact(anna)
    nearby.settle()
    assert b"nova_case#2_20240603" in alike(nearby)
    (entry,) = anna.desk.case(case(anna, 2)).entries
    anna.desk.redact(case(anna, 2), entry.id, why="个人信息")
    nearby.settle()
    assert b"nova_case#2_20240603" in alike(nearby)


@pytest.mark.parametrize("edited", [False, True])
def test_a_note_that_others_took_off_the_page_stays_off_whoever_writes_it(
    nearby: Team, edited: bool
) -> None:
    """Also who never read the save on which it stood, and after however many saves without it."""
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    boris.desk.note(case(boris), "已更换", speaker="Kay")
    if edited:
        entry = boris.desk.case(case(boris)).entries[-1].id
        boris.desk.edit_entry(case(boris), entry, text="未更换")
    nearby.settle()
    assert take(anna, written(anna)) == (0, 0, 2)
    for problem in ("桩又离线", "桩还离线"):
        take(anna, source(CASES[0], replace(CASES[1], problem=problem)))
        assert "更换".encode() not in written(anna)
    nearby.settle()
    assert "更换".encode() not in alike(nearby)
    assert boris.desk.case(case(boris)).entries[-1].text == ("未更换" if edited else "已更换")


def test_an_older_save_takes_no_place(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    lines = first_save(CASES)
    newer = PageCase(2, "20240602", "枪头过热", (PageEntry("丁", "YD"), PageEntry("戊", "LM")))
    later = next_save(lines, (newer, CASES[1]), "1.2")
    take(anna, avatar(later, PAGE))
    nearby.settle()
    before = written(anna)
    take(boris, avatar(lines, PAGE))
    nearby.settle()
    assert alike(nearby) == before
    assert len(nearby.place.files()) == 1


def test_a_newer_save_takes_the_place_of_the_older_in_the_store(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    newer = source(CASES[0], PageCase(1, "20240601", "桩离线", (PageEntry("戊", "YD"),)))
    take(boris, newer)
    nearby.settle()
    assert alike(nearby) == newer
    assert list(nearby.place.files().values()) == [newer]


def test_a_page_that_waits_is_counted_until_it_is_sent(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(point: str) -> None:
        if point == "page:before-write":
            raise Stopped("stopped")

    anna, boris = team.join("anna"), team.join("boris")
    anna.sync()
    boris.sync()

    def standing(person: Person) -> tuple[int, int, int]:
        """Return what the footer, the outbox and doctor say of changes and pages."""
        (store,) = person.desk.doctor().report["stores"]
        assert store["unsent_pages"] == person.desk.unsent_pages("team")
        return person.desk.status_line().unsent, store["unsent"], person.desk.unsent_pages()

    take(anna)
    changes = anna.desk.unsent("team")
    assert standing(anna) == (changes + 1, changes, 1)
    told = [found.text for found in anna.desk.check_store("team") if found.ok]
    assert told[-2:] == [f"{changes} changes wait to be sent", "1 page waits to be sent"]
    monkeypatch.setattr(points, "hook", stop)
    with pytest.raises(Stopped):
        anna.sync()
    monkeypatch.undo()
    assert standing(anna) == (1, 0, 1)  # of the page all is told, and its source is not there
    anna.sync()
    assert standing(anna) == (0, 0, 0)
    boris.desk.exchange("team", push=False)
    assert standing(boris) == (0, 0, 0)
    # What a redaction did to the page waits though the case's own change was sent.
    redact(boris)
    assert boris.desk.unsent_pages() == 1


# --- what is not here -----------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every page be too large to come with a sync."""
    monkeypatch.setattr(exchanging, "AT_ONCE", 10)


@pytest.mark.usefixtures("large")
def test_a_large_page_comes_when_it_is_asked_for(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    take(anna)
    team.settle()
    assert boris.one("SELECT count(*) FROM page") == 0
    assert written(boris) == source()
    assert boris.one("SELECT count(*) FROM page") == 1


@pytest.mark.usefixtures("large")
def test_a_page_that_is_not_here_says_who_has_it(nearby: Team, folder_place: FolderPlace) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    (content,) = (folder_place.root / "blobs").glob("*/*")
    content.unlink()
    with pytest.raises(WorkbenchError, match="in no store: anna, who imported it"):
        written(boris)
    folder_place.root.rename(folder_place.root.with_name("away"))
    with pytest.raises(Unreachable, match="as anna imported it, is not here"):
        written(boris)
    folder_place.root.with_name("away").rename(folder_place.root)
    anna.sync(repair=True)
    assert written(boris) == source()


def test_a_newer_save_that_can_not_be_had_is_told(nearby: Team, folder_place: FolderPlace) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    newer = source(CASES[0])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exchanging, "AT_ONCE", 10)
        take(boris, newer)
        boris.sync()
        anna.sync()
    folder_place.root.rename(folder_place.root.with_name("away"))
    found = anna.desk.write_page(PAGE)
    assert found.data == source()
    assert found.away is not None
    assert "boris imported it" in str(found.away)


def test_a_damaged_content_is_not_taken_and_is_sent_again(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    anna.sync()
    (sha256,) = nearby.place.files()
    nearby.place.spoil(sha256)
    boris.sync()
    assert boris.one("SELECT count(*) FROM page") == 0
    anna.sync(repair=True)
    boris.sync()
    assert written(boris) == source()


# --- redaction ------------------------------------------------------------------------------------


def test_a_redaction_takes_the_words_out_of_every_page_and_the_store(team: Team) -> None:
    anna, boris, carol = team.join("anna"), team.join("boris"), team.join("carol")
    take(anna)
    team.settle()
    assert SECRET.encode() in team.place.content() or SECRET.encode() in b"".join(
        team.place.files().values()
    )
    assert holding(carol) != []
    redact(boris)
    team.settle()
    clean(team)
    page = alike(team)
    dora = team.join("dora")
    dora.sync()
    clean(team)
    assert written(dora) == page
    assert take(dora, page)[0] == 0


def test_a_store_that_is_rid_of_the_words_is_asked_again_after_a_day_at_most(
    database_place: DatabasePlace, tmp_path: Path
) -> None:
    """And when anything moved: see the file that is sent late by one who is gone."""
    database_place.create()
    with Team(database_place, tmp_path) as team, database_place.server.proxy() as proxy:
        anna, boris = team.join("anna"), team.join("boris")
        take(anna)
        team.settle()
        redact(anna)
        team.settle()
        for person in team.people:
            person.one("UPDATE store SET url = ? RETURNING 1", proxy.url)
            person.sync()
        proxy.flights = 0
        for person in team.people:
            person.sync()
        assert proxy.flights == 2 * 2
        late = database_place.open()
        late.identify()
        assert late.contents is not None
        late.contents.write(Blob(sha256(source()).hexdigest(), len(source())), BytesIO(source()))
        late.close()
        anna.sync()
        assert SECRET.encode() in database_place.content()
        boris.clock.ahead = DAY_MS
        boris.sync()
        clean(team)


@pytest.mark.parametrize("first", ["anna", "boris"])
def test_who_had_not_heard_of_it_brings_nothing_back(team: Team, first: str) -> None:
    """Two import the page apart; one redacts, the other sends it whole, before or after that."""
    anna, boris = team.join("anna"), team.join("boris")
    take(anna)
    take(boris, source(ending="\r\n"))
    redact(anna)
    one, other = (anna, boris) if first == "anna" else (boris, anna)
    one.desk.exchange("team", pull=False)
    other.desk.exchange("team", pull=False)
    carol = team.join("carol")
    carol.sync()
    team.settle()
    clean(team)
    alike(team)
    carol.reopen()
    team.settle()
    clean(team)


def test_a_save_of_one_who_is_gone_is_looked_through(team: Team) -> None:
    """Its sender never comes again; it is not the newest, and not small."""
    anna, boris = team.join("anna"), team.join("boris")
    take(anna)
    take(boris, source(ending="\r\n"))
    redact(anna)
    anna.sync()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exchanging, "AT_ONCE", 10)
        boris.desk.exchange("team", pull=False)
        boris.desk.close()
        team.people.remove(boris)
        anna.sync()
    assert holding(anna) == []
    assert not any(word.encode() in d for d in team.place.files().values() for word in WORDS)


@pytest.mark.parametrize("target", ["problem", "entry"])
def test_other_words_of_what_was_redacted_come_on_no_save(nearby: Team, target: str) -> None:
    """Who imported them had not heard of it, and the change that said them never came."""
    anna = nearby.join("anna")
    entries = (PageEntry("甲", "YD"), PageEntry(SECRET, "LM"))
    take(anna, source(CASES[0], PageCase(1, "20240601", SECRET, entries)))
    redact(anna)
    anna.desk.redact(case(anna), "problem", why="个人信息")
    changed = f"{SECRET}，又改过"
    late = (
        source(CASES[0], PageCase(1, "20240601", changed, entries[:1]))
        if target == "problem"
        else source(CASES[0], PageCase(1, "20240601", "", (entries[0], PageEntry(changed, "LM"))))
    )
    (known,) = sharedpages.shared(anna.desk._tools).saves.values()
    save = known[0]._replace(sha256=sha256(late).hexdigest(), size=len(late), names=("late",))
    assert sharedpages.take(anna.desk._tools, save, late)
    assert holding(anna) == []
    kept = b"".join(row for (row,) in anna.desk._tools.db.rows("SELECT source FROM page_text"))
    assert kept.count("枪头过热".encode()) == kept.count("【YD】:甲".encode()) == 2


def test_the_same_file_sent_late_by_one_who_is_gone_leaves_the_store_again(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    take(anna)
    take(boris)
    anna.sync()
    redact(anna)
    anna.sync()
    boris.desk.exchange("team", pull=False)
    boris.desk.close()
    team.people.remove(boris)
    assert any(SECRET.encode() in data for data in team.place.files().values())
    anna.sync()
    assert not any(SECRET.encode() in data for data in team.place.files().values())


def test_who_has_the_page_tells_when_one_who_has_it_not_redacts(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exchanging, "AT_ONCE", 10)
        nearby.settle()
        redact(boris)
        boris.desk.exchange("team", pull=False)
    anna.sync()
    assert not any(SECRET.encode() in data for data in nearby.place.files().values())
    dora = nearby.join("dora")
    dora.sync()
    assert written(dora) == written(anna)
    nearby.settle()
    clean(nearby)
    assert SECRET.encode() not in alike(nearby)


def test_a_page_is_written_without_the_store_once_it_was_redacted(
    nearby: Team, folder_place: FolderPlace
) -> None:
    anna = nearby.join("anna")
    take(anna)
    anna.sync()
    folder_place.root.rename(folder_place.root.with_name("away"))
    redact(anna)
    found = anna.desk.write_page(PAGE)
    assert found.away is None
    assert SECRET.encode() not in found.data


def test_a_word_that_only_the_redactor_found_goes_from_the_others_pages(nearby: Team) -> None:
    """A part of a text stands on the page outside the case, where others can't know of it."""
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna, source() + "\n\n= 附录 =\n\nseven-ivory-lanterns\n".encode())
    nearby.settle()
    (entry,) = [e for e in anna.desk.case(case(anna)).entries if e.text == SECRET]
    anna.desk.redact(case(anna), entry.id, text=WORDS[0], why="个人信息")
    nearby.settle()
    clean(nearby)
    alike(nearby)
    assert boris.one("SELECT count(*) FROM page") == 1


def test_words_outside_the_case_stay_out_for_a_copy_that_never_had_them(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    data = source() + f"\n\n= 附录 =\n\n{SECRET}\n".encode()
    take(anna, data)
    anna.sync()
    redact(anna)
    anna.desk.exchange("team")
    boris.sync()
    nearby.settle()
    clean(nearby)
    alike(nearby)


def test_words_that_were_typed_go_from_a_page_that_the_redactor_never_read(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna, source(CASES[0], replace(CASES[1], entries=CASES[1].entries[:1])))
    nearby.settle()
    anna.desk.note(case(anna), SECRET, speaker="LM")
    nearby.settle()
    page = written(anna)
    assert take(boris, page) == (0, 0, 2)
    redact(anna)
    boris.sync()
    nearby.settle()
    clean(nearby)
    for person in nearby.people:
        assert take(person, page) == (0, 0, 2)
        assert [e.text for e in person.desk.case(case(person)).entries] == ["甲", REDACTED]
    nearby.settle()
    clean(nearby)
    alike(nearby)


def test_two_redact_apart_and_come_to_one_page(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    redact(anna)
    (entry,) = boris.desk.case(case(boris, 2)).entries
    boris.desk.redact(case(boris, 2), entry.id, why="个人信息")
    nearby.settle()
    nearby.settle()
    clean(nearby)
    page = alike(nearby)
    assert "丁".encode() not in page
    assert len(nearby.place.files()) == 1
