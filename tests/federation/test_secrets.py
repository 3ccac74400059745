"""Whoever holds the disks, the dumps, the logs and the wire between two places finds nothing about a person (V1, I10)."""

import base64
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.journeys.letters import letter
from tests.processes import Alliance, Site
from tongban.project import walk_case
from tongban.project.registers.people import DemoPerson, id_number
from tongban.project.walk import Visitor

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(240)]

# Nobody's register knows this person, so every byte found would come from what was typed.
PERSON = DemoPerson(
    name="欧阳鹮鹔", id_number=id_number(region="371424", birth=date(1969, 7, 21), serial=977), phone="19912345678"
)
TYPED = {
    "name": PERSON.name,
    "number": PERSON.id_number,
    "phone": PERSON.phone,
    "address": "崔寨街道鹡鸰巷 77 号",
    "hospital": "临邑县鸑鷟医院（演示）",
    "file name": "鹣鲽-转诊证明",
    "letter": "Crwth-Phlegm-Zyzzyva-4711",
    "reason": "病历中的鹪鹩不清楚",
}
CONTROL = {"name": "司马鸊鷉", "letter": "Vext-Cwm-Fjord-0815"}


@pytest.fixture(scope="module")
def played(alliance: Alliance) -> str:
    """A whole journey: handed in with a letter, sent back once, corrected, decided, filed. The case."""
    visitor = alliance.visitor("jiyang")
    with visitor:
        walk_case.sign_in(visitor, PERSON)
        case_id = hand_in_with_letter(visitor, alliance)
        ask_for_correction(alliance, case_id)
        correct(visitor, case_id)
        walk_case.approve(alliance.desk("linyi", "examiner"), case_id, seconds=60)
        walk_case.wait_until_effective(visitor, case_id, seconds=60)
        visitor.download(f"/cases/{case_id}/record")
    return case_id


def hand_in_with_letter(visitor: Visitor, alliance: Alliance) -> str:
    story = walk_case.referral_story(alliance.today)
    page = visitor.open(f"/apply/{walk_case.ITEM}/places").require()
    page = visitor.send(page.form(field="insured"), {"insured": "371424", "here": "370115"}).require()
    for answer in story.answers:
        page = visitor.send(page.form(field="answer"), {"answer": answer}).require()
    page = visitor.open(page.link("开始填写")).require()
    known = {**story.fields, "filing.address": TYPED["address"], "referral.hospital": TYPED["hospital"]}
    page = visitor.send(page.form(field="filing.start_on"), known).require()
    page = visitor.send(page.form(field="file-referral-letter"), button="保存", files=the_letter()).require()
    page = visitor.send(page.form(field="version")).require()
    return walk_case.case_id_of(page)


def the_letter() -> dict[str, tuple[str, bytes, str]]:
    return {"file-referral-letter": (f"{TYPED['file name']}.pdf", letter(TYPED["letter"]), "application/pdf")}


def ask_for_correction(alliance: Alliance, case_id: str) -> None:
    examiner = alliance.desk("linyi", "examiner")
    alliance.wait_for_kind("linyi", case_id, "assessed")
    address = f"/staff/cases/{case_id}"
    examiner.open(address).require(text=TYPED["hospital"])
    asked = {"field": ["referral.hospital"], "material": ["referral-letter"], "note": TYPED["reason"]}
    walk_case.act(examiner, address, action="/request-correction", values=asked)


def correct(visitor: Visitor, case_id: str) -> None:
    page = walk_case.wait_for(
        lambda: visitor.open(f"/cases/{case_id}"), lambda page: "现在补正" in page.text, seconds=60
    ).require(text=TYPED["reason"])
    page = visitor.open(page.link("现在补正")).require()
    visitor.send(page.form(field="cmd"), files=the_letter()).require()


def test_nothing_typed_is_found_on_any_disk_or_wire(alliance: Alliance, played: str) -> None:
    collect(alliance)
    assert search(alliance.directory, TYPED) == []


def test_the_search_would_find_it(alliance: Alliance, tmp_path: Path) -> None:
    """In every disguise, in a file and in a row."""
    tree = alliance.directory / "control"
    tree.mkdir()
    written = {tree / f"{number}" for number, _ in enumerate(disguises(CONTROL))}
    for number, disguise in enumerate(disguises(CONTROL)):
        (tree / f"{number}").write_bytes(b"before " + disguise + b" after\n")
    with psycopg.connect(alliance.sites["linyi"].database, autocommit=True) as connection:
        connection.execute("CREATE TABLE control (said text, raw bytea)")
        connection.execute("INSERT INTO control VALUES (%s, %s)", [CONTROL["name"], CONTROL["letter"].encode()])
        dump(alliance.sites["linyi"], alliance.directory / "dumps")
        connection.execute("DROP TABLE control")
    found = set(search(alliance.directory, CONTROL))
    assert written <= found
    assert alliance.directory / "dumps" / "linyi" / "public.control" in found


def collect(alliance: Alliance) -> None:
    """What is not a file yet: tables as text, and what the nodes said to each other."""
    for site in alliance.sites.values():
        with psycopg.connect(site.database, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        dump(site, alliance.directory / "dumps")
        (alliance.directory / f"wire-{site.name}").write_bytes(site.listener.everything)
    assert (alliance.directory / "wire-linyi").stat().st_size > 10_000


def dump(site: Site, directory: Path) -> None:
    place = directory / site.name
    place.mkdir(parents=True, exist_ok=True)
    tables = site.ask(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert len(tables) > 20
    with psycopg.connect(site.database) as connection:
        for schema, table in tables:
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))
            with connection.cursor().copy(statement) as rows, (place / f"{schema}.{table}").open("wb") as file:
                file.writelines(rows)


def search(directory: Path, said: dict[str, str]) -> list[Path]:
    """The files that hold any of it in any disguise."""
    patterns = directory.parent / f"{directory.name}.patterns"
    patterns.write_bytes(b"\n".join(disguises(said)))
    try:
        done = subprocess.run(
            ["grep", "-rlaFf", patterns, directory], capture_output=True, env={**os.environ, "LC_ALL": "C"}
        )
    finally:
        patterns.unlink()
    assert done.returncode in (0, 1) or b"No such file" in done.stderr, done.stderr.decode()
    return sorted(map(Path, done.stdout.decode().splitlines()))


def disguises(said: dict[str, str]) -> list[bytes]:
    return sorted({disguise for text in said.values() for disguise in disguises_of(text) if b"\n" not in disguise})


def disguises_of(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        raw = text.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield from base64_fragments(raw)
    escaped = text.encode("ascii", "backslashreplace")
    yield escaped.replace(b"\\", b"\\\\") if b"\\" in escaped else escaped
    yield escaped


def base64_fragments(raw: bytes) -> Iterator[bytes]:
    """However the text lies in what was encoded, the middle of it looks like one of three."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        yield whole[(before * 8 + 5) // 6 : len(whole) - 4]
