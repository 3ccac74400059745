"""`tongban demo --once`: two whole cases through the public pages of three fresh nodes; both places' records are verified and compared.

Mr Luo files as a resident and the rules decide; 孙丽 files with a hospital's letter and the examiner of 临邑 decides.
"""

import base64
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tongban.cases import record
from tongban.kernel import envelopes, strictjson
from tongban.kernel.events import Payload
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.project import demo_alliance, walk_case
from tongban.project.demo import Demo, open_demo
from tongban.project.demo_alliance import PLACES, Place
from tongban.project.registers.people import DemoPerson, load_people
from tongban.project.walk import Visitor
from tongban.project.walk_case import ITEM, Story

KEPT = ("records", "alliance")
PATIENCE_SECONDS, LOOK_SECONDS = 60.0, 0.5
JIYANG, LINYI = PLACES[0], PLACES[1]


class RecordsDiffer(Refused):
    text = Text("办件 {case} 的两地记录不一致：{what}", "The two places' records of case {case} differ: {what}")
    advice = Text("请保留两份记录文件并比对。", "Keep both files and compare them.")


class OutcomeDiffers(Refused):
    text = Text("办件 {case} 的结果不符：{what}", "Case {case} came out differently: {what}")
    advice = Text("请查看决定地节点的日志。", "Look into the log of the deciding node.")


@dataclass(frozen=True)
class Played:
    """One case, finished. `records`: node → file."""

    case_id: str
    item: str
    receiving: str
    deciding: str
    outcome: str
    decided_by: str
    events: int
    records: dict[str, str]


def play(directory: Path | None, *, as_json: bool) -> int:
    """Nodes are removed at the end; records and the trust file stay for whoever wants to verify them again."""
    begun = time.monotonic()
    place = directory or Path(tempfile.mkdtemp(prefix="tongban-once-"))
    try:
        with open_demo(place, port_base=None) as (demo, _):
            played = _play_all(demo)
    except Refused:
        print(f"日志保留在 logs are kept in {place}", file=sys.stderr)
        raise
    if directory is None:
        _remove_nodes(demo)
    answer = {
        "cases": [asdict(case) for case in played],
        "trust": str(demo.papers.record_trust),
        "seconds": round(time.monotonic() - begun, 1),
    }
    print(json.dumps(answer, ensure_ascii=False) if as_json else "\n".join(_as_lines(answer)))
    return 0


def _play_all(demo: Demo) -> list[Played]:
    people = {person.name: person for person in load_people(demo.people).values()}
    today = legal_day(datetime.now().astimezone())
    urls = demo_alliance.urls_of(demo.homes)
    with ExitStack() as stack:
        examiner = stack.enter_context(Visitor(urls[LINYI.name]))
        _sign_in_examiner(demo, examiner)
        luo = stack.enter_context(Visitor(urls[JIYANG.name]))
        sun = stack.enter_context(Visitor(urls[JIYANG.name]))
        by_rules = _apply(luo, people["罗建国"], walk_case.permit_story(today))
        by_examiner = _by_examiner(sun, examiner, people["孙丽"], walk_case.referral_story(today))
        return [
            _finish(demo, by_rules, luo, examiner, decided_by="rules"),
            _finish(demo, by_examiner, sun, examiner, decided_by="examiner"),
        ]


def _by_examiner(citizen: Visitor, examiner: Visitor, person: DemoPerson, story: Story) -> str:
    case_id = _apply(citizen, person, story)
    walk_case.approve(examiner, case_id)
    (letter,) = story.files.values()
    if walk_case.read_attachment(examiner, case_id) != letter:
        raise OutcomeDiffers(case=case_id, what="the letter arrived altered")
    return case_id


def _apply(citizen: Visitor, person: DemoPerson, story: Story) -> str:
    walk_case.sign_in(citizen, person)
    return walk_case.apply(citizen, story, insured=LINYI.region, here=JIYANG.region)


def _sign_in_examiner(demo: Demo, visitor: Visitor) -> None:
    accounts = json.loads((demo.homes[LINYI.name] / "accounts.json").read_text())
    account = next(account for account in accounts if "examiner" in account["roles"])
    walk_case.sign_in_staff(visitor, username=account["username"], password=account["password"], secret=account["totp"])


# The proof


def _finish(demo: Demo, case_id: str, citizen: Visitor, examiner: Visitor, *, decided_by: str) -> Played:
    walk_case.wait_until_effective(citizen, case_id)
    records = _records(case_id, citizen, examiner)
    files = {place.node: _keep(demo, case_id, place, data) for place, data in records.items()}
    events = _compare(demo, case_id, records)
    said = _decision(case_id, events)
    if said != ("approved", decided_by):
        raise OutcomeDiffers(case=case_id, what=f"{said} instead of approved by {decided_by}")
    return Played(case_id, ITEM, JIYANG.region, LINYI.region, said[0], said[1], len(events), files)


def _records(case_id: str, citizen: Visitor, examiner: Visitor) -> dict[Place, bytes]:
    """Of both places. A paper may be printed, and travel, after everything else is over: as soon as they are of one length."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        records = {
            JIYANG: citizen.download(f"/cases/{case_id}/record"),
            LINYI: examiner.download(f"/staff/cases/{case_id}/record"),
        }
        if len({len(_events(data)) for data in records.values()}) == 1 or time.monotonic() > deadline:
            return records
        time.sleep(LOOK_SECONDS)


def _keep(demo: Demo, case_id: str, place: Place, data: bytes) -> str:
    directory = demo.directory / "records"
    directory.mkdir(exist_ok=True)
    file = directory / f"{case_id}-{place.name}.tbrec"
    file.write_bytes(data)
    return str(file)


def _compare(demo: Demo, case_id: str, records: Mapping[Place, bytes]) -> list[str]:
    """Both verify against the alliance's own keys, and hold the same signed bytes. Returns the events."""
    members = record.read_members(demo.papers.record_trust.read_bytes())
    chains = []
    for place, data in records.items():
        verified = record.verify_record(data, members=members)
        if (verified.case, verified.region, verified.state) != (case_id, place.region, "closed"):
            raise OutcomeDiffers(case=case_id, what=f"{place.name} says {verified.state} for {verified.region}")
        chains.append(_events(data))
    here, there = chains
    for number, (one, other) in enumerate(zip(here, there, strict=False), start=1):
        if one != other:
            raise RecordsDiffer(case=case_id, what=f"event {number}")
    if len(here) != len(there):
        raise RecordsDiffer(case=case_id, what=f"{len(here)} and {len(there)} events")
    return here


def _events(data: bytes) -> list[str]:
    envelope = envelopes.read(data, type=envelopes.RECORD, max_bytes=record.MAX_RECORD_BYTES)
    events: list[str] = strictjson.parse(envelope.payload, max_bytes=record.MAX_RECORD_BYTES)["events"]
    return events


def _decision(case_id: str, events: list[str]) -> tuple[str, str]:
    for text in events:
        payload = Payload.from_json(envelopes.read(base64.b64decode(text), type=envelopes.EVENT).claims())
        if payload.kind_name in ("cases.approved", "cases.refused"):
            return payload.kind_name.partition(".")[2], str(payload.body["decided_by"])
    raise OutcomeDiffers(case=case_id, what="no decision")


def _remove_nodes(demo: Demo) -> None:
    """Everything but the records and what verifies them; the secrets first of all."""
    for path in demo.directory.iterdir():
        if path.is_dir() and path.name not in KEPT:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    shutil.rmtree(demo.papers.directory / "roots")


def _as_lines(answer: dict[str, Any]) -> list[str]:
    lines = []
    for case in answer["cases"]:
        lines.append(
            f"{case['case_id']}  {case['receiving']} → {case['deciding']}  {case['outcome']} by {case['decided_by']}, {case['events']} events"
        )
        lines += [f"  {node}  {file}  verified" for node, file in case["records"].items()]
    return [*lines, f"两地记录一致 records agree; trust {answer['trust']}; {answer['seconds']} s"]
