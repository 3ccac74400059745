"""A disk that is full, and one that flips a byte: nobody is told that something is kept which is not, and it goes on by itself (S)."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.processes import Alliance, Site, wait_until
from tongban.project import walk_case
from tongban.project.walk import PageDiffers

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(420)]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a file system of its own size")
ROOM = 64 * 1024 * 1024
PATIENCE = 120.0
PIECE = 1024 * 1024
WAITS = "SELECT last_error FROM exchange_outbox WHERE case_id = %s AND delivered_at IS NULL"
REJECTED = "SELECT case_id FROM exchange_outbox WHERE rejected_at IS NOT NULL"
TOLD = "SELECT event FROM exchange_receipt WHERE case_id = %s AND issuer = '371424'"
KEPT = "SELECT hash FROM exchange_event WHERE case_id = %s AND region = '371424'"
DRAFT = re.compile(r"/drafts/([0-9a-f-]{36})")
FLIP = "UPDATE exchange_event SET envelope = set_byte(envelope, 200, get_byte(envelope, 200) # 1) WHERE case_id = %s AND seq = 1"


class Small:
    """A file system that can be filled up to its last byte."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def fill(self) -> None:
        with suppress(OSError), (self.place / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(PIECE))
        with suppress(OSError), (self.place / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(512))

    def free(self) -> None:
        (self.place / "ballast").unlink(missing_ok=True)


@contextmanager
def moved_to_a_small_disk(alliance: Alliance, site: Site, room: str) -> Iterator[Small]:
    """`room` of the node's home, while nothing of the node runs."""
    place, aside = site.home / room, site.home / f"{room}.aside"
    close(alliance, site)
    place.rename(aside)
    used = sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
    place.mkdir()
    run("mount", "-t", "tmpfs", "-o", f"size={used + ROOM}", "tmpfs", place)
    small = Small(place)
    try:
        run("cp", "-a", f"{aside}/.", place)
        open_again(alliance, site)
        yield small
    finally:
        small.free()
        close(alliance, site)
        shutil.rmtree(aside)
        run("cp", "-a", place, aside)
        run("umount", place)
        place.rmdir()
        aside.rename(place)
        open_again(alliance, site)


def run(*words: object) -> None:
    subprocess.run([*map(str, words)], check=True)


def close(alliance: Alliance, site: Site) -> None:
    for name, child in tuple(site.running.items()):
        if child.process.poll() is not None:
            site.running.pop(name)
            alliance.children.forget(child)
    if site.running:
        alliance.stop(site.name, *site.running)
    site.cluster.stop()


def open_again(alliance: Alliance, site: Site) -> None:
    alliance.start(site.name)
    alliance.wait_until_ready(site.name)


@as_root
def test_s1_a_full_database_disk_takes_nothing_and_promises_nothing(alliance: Alliance) -> None:
    """S1, I4, I7: what comes meanwhile is answered with 503; when there is room again everything flows without anybody's help."""
    linyi, jiyang = alliance.sites["linyi"], alliance.sites["jiyang"]
    with moved_to_a_small_disk(alliance, linyi, "pg") as disk:
        disk.fill()
        visitor, case_id = alliance.hand_in(alliance.newcomer())
        with visitor:
            wait_until(lambda: is_put_off(jiyang, case_id), what="an answer that says not now")
            require_honest(alliance, case_id, running=False)
            disk.free()
            walk_case.wait_until_effective(visitor, case_id, seconds=PATIENCE)
        alliance.wait_for_kind("jiyang", case_id, "closed", seconds=PATIENCE)
        require_honest(alliance, case_id, running=True)
        alliance.wait_for_equal_copies(case_id)


def is_put_off(site: Site, case_id: str) -> bool:
    return any(row[0].startswith("unreachable: ") for row in site.ask(WAITS, case_id))


def require_honest(alliance: Alliance, case_id: str, *, running: bool) -> None:
    """Every receipt of 临邑 that 济阳 has is about an event that 临邑 has."""
    told = {event for (event,) in alliance.sites["jiyang"].ask(TOLD, case_id)}
    assert alliance.sites["jiyang"].ask(REJECTED) == []
    if running:
        assert told and told <= {event for (event,) in alliance.sites["linyi"].ask(KEPT, case_id)}
    else:
        assert told == set()


@as_root
def test_s1_a_full_disk_for_files_takes_no_half_file(alliance: Alliance) -> None:
    """S1: an upload says that it cannot be kept; the draft stays, and the same page goes through when there is room again."""
    jiyang = alliance.sites["jiyang"]
    with moved_to_a_small_disk(alliance, jiyang, "blobs") as disk:
        files, story = set(jiyang.home.glob("blobs/*/*")), walk_case.referral_story(alliance.today)
        with alliance.visitor("jiyang") as visitor:
            walk_case.sign_in(visitor, alliance.newcomer())
            disk.fill()
            with pytest.raises(PageDiffers, match="暂时无法保存文件") as told:
                alliance.apply(visitor, story)
            assert set(jiyang.home.glob("blobs/*/*")) == files
            disk.free()
            page = visitor.open(f"/drafts/{DRAFT.findall(str(told.value))[0]}/form").require()
            case_id = walk_case.hand_in(visitor, page, story)
        walk_case.approve(alliance.desk("linyi", "examiner"), case_id, seconds=PATIENCE)
        alliance.wait_for_kind("jiyang", case_id, "closed", seconds=PATIENCE)


def test_s4_an_event_that_rotted_before_it_was_sent_stays_here(alliance: Alliance) -> None:
    """S4: it is not sent, its row says why, other cases go on; put right, it goes on too."""
    jiyang = alliance.sites["jiyang"]
    alliance.stop("jiyang", "worker")
    visitor, rotten = alliance.hand_in(alliance.newcomer())
    visitor.client.close()
    try:
        flip(jiyang, rotten)
    finally:
        alliance.start("jiyang", "worker")
    wait_until(lambda: ("unreadable here",) in jiyang.ask(WAITS, rotten), what="a row that says why it waits")
    visitor, sound = alliance.hand_in(alliance.newcomer())
    with visitor:
        walk_case.wait_until_effective(visitor, sound, seconds=PATIENCE)
    assert alliance.sites["linyi"].kinds(rotten) == []
    flip(jiyang, rotten)
    alliance.wait_for_kind("jiyang", rotten, "closed", seconds=PATIENCE)
    alliance.wait_for_equal_copies(rotten)


def flip(site: Site, case_id: str) -> None:
    """One bit of a signed event, as a disk would: no trigger sees it."""
    with psycopg.connect(site.database) as connection:
        connection.execute("SET session_replication_role = replica")
        changed = connection.execute(FLIP, [case_id])
        assert changed.rowcount == 1
