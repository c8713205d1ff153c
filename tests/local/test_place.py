"""Where a database may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.cases.errors import WorkbenchError
from workbench.local import place
from workbench.local.database import Database


def mounts(folder: Path, *lines: str) -> Path:
    """Write a list of mounts and return its path."""
    path = folder / "mounts"
    path.write_text("\n".join(("/dev/sda1 / ext4 rw 0 0", *lines)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "vboxsf"])
def test_a_network_drive_is_refused(tmp_path: Path, kind: str) -> None:
    listed = mounts(tmp_path, f"server:/share {tmp_path}/share {kind} rw 0 0")
    with pytest.raises(WorkbenchError, match=rf"network file system \({kind}\)") as caught:
        place.check(tmp_path / "share" / "deep" / "cases.db", listed)
    assert caught.value.hint == "Keep the database on this machine's own disk."
    place.check(tmp_path / "shared" / "cases.db", listed)


def test_the_innermost_mount_counts(tmp_path: Path) -> None:
    share = f"server:/share {tmp_path} nfs rw 0 0"
    disk = f"/dev/sdb1 {tmp_path}/disk ext4 rw 0 0"
    for lines in ((share, disk), (disk, share)):
        place.check(tmp_path / "disk" / "cases.db", mounts(tmp_path, *lines))
        with pytest.raises(WorkbenchError):
            place.check(tmp_path / "cases.db", mounts(tmp_path, *lines))


def test_of_two_mounts_at_one_place_the_later_counts(tmp_path: Path) -> None:
    share = f"server:/share {tmp_path} nfs rw 0 0"
    disk = f"/dev/sdb1 {tmp_path} ext4 rw 0 0"
    place.check(tmp_path / "cases.db", mounts(tmp_path, share, disk))
    with pytest.raises(WorkbenchError):
        place.check(tmp_path / "cases.db", mounts(tmp_path, disk, share))


def test_names_with_blanks_are_read(tmp_path: Path) -> None:
    listed = mounts(tmp_path, f"server:/x {tmp_path}/my\\040share\\134x cifs rw 0 0")
    with pytest.raises(WorkbenchError):
        place.check(tmp_path / "my share\\x" / "cases.db", listed)


def test_a_link_to_a_network_drive_is_followed(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "share")
    listed = mounts(tmp_path, f"server:/share {tmp_path}/share nfs rw 0 0")
    with pytest.raises(WorkbenchError):
        place.check(tmp_path / "here" / "cases.db", listed)


def test_a_sandbox_that_lies_on_9p_is_its_own_disk(tmp_path: Path) -> None:
    path = tmp_path / "mounts"
    path.write_text("none / 9p rw 0 0\n")
    place.check(tmp_path / "cases.db", path)


def test_where_no_mounts_are_told_nothing_is_refused(tmp_path: Path) -> None:
    place.check(tmp_path / "cases.db", tmp_path / "none")


@pytest.mark.parametrize("mark", sorted(place.MARKS))
def test_a_synchronised_folder_is_refused(tmp_path: Path, mark: str) -> None:
    (tmp_path / "synced" / "deep").mkdir(parents=True)
    (tmp_path / "synced" / mark).touch()
    with pytest.raises(WorkbenchError, match=place.MARKS[mark]):
        Database(tmp_path / "synced" / "deep" / "cases.db")
    assert not list((tmp_path / "synced" / "deep").iterdir())
    (tmp_path / "link").symlink_to(tmp_path / "synced" / "deep")
    with pytest.raises(WorkbenchError):
        Database(tmp_path / "link" / "cases.db")


def test_what_programs_keep_in_the_home_is_no_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".dropbox").mkdir()
    Database(tmp_path / "cases.db").close()
