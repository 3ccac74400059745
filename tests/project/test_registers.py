"""The demo registers, through the adapters that a node uses."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.cast import ITEM, JIYANG, LINYI, LUO, SUN
from tongban.catalogue.layers import load_document
from tongban.kernel import strictjson
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.people.identity import check_identity
from tongban.project.registers import __main__ as program
from tongban.project.registers import filings
from tongban.project.registers import people as invented
from tongban.project.registers.people import DemoPerson, PeopleUnreadable, load_people, make_people, save_people
from tongban.project.registers.server import DemoServer
from tongban.review.adapters import base
from tongban.review.adapters.base import Answered, Endpoint, HttpRegister, Person, Silent
from tongban.review.adapters.business_system import Acknowledged, Filing, HttpBusinessSystem, TurnedDown
from tongban.rules.facts import Value

INSURANCE, RESIDENCE = "register:insured", "register:residence"
SECRET = "a secret of the demo registers"
TODAY = date(2026, 11, 20)
CAST = {person.name: person for person in make_people(today=legal_day(now()), ordinary=0)}
KEY = UUID(int=1)
INSURED = ["insured.status", "insured.region", "filing.duplicate"]
HERE = {"region": "370115"}


@contextmanager
def running(kind: str, *, filings: Path | None = None) -> Iterator[Endpoint]:
    people = {person.id_number: person for person in CAST.values()}
    server = DemoServer(0, secret=SECRET, paths=program.answering(kind, people, filings=filings), silence_seconds=5)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Endpoint(server.url, SECRET, timeout_seconds=1)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked_about(person: DemoPerson) -> Person:
    return Person(person.name, person.id_kind, person.id_number)


def filing(person: DemoPerson) -> Filing:
    return Filing(
        asked_about(person), "370115-1", "132036024004", "long_term_permit", "371424", {"filing.start_on": "2026-11-21"},
        term="long", place="370100",
    )  # fmt: skip


# People


def test_invented_people_have_numbers_that_nobody_has() -> None:
    for person in CAST.values():
        identity = check_identity(person.id_kind, person.id_number, allow_demo=True)
        assert identity.demo
        assert person.phone.startswith("1990000")


def test_the_cast_of_the_tests_is_among_them() -> None:
    assert (CAST["罗建国"].id_number, CAST["罗建国"].phone) == (LUO.id_number, LUO.phone)
    assert (CAST["孙丽"].id_number, CAST["孙丽"].phone) == (SUN.id_number, SUN.phone)


def test_the_same_seed_draws_the_same_people(tmp_path: Path) -> None:
    save_people(tmp_path / "people.json", make_people(seed=7, today=TODAY))
    assert list(load_people(tmp_path / "people.json").values()) == make_people(seed=7, today=TODAY)
    assert make_people(seed=8, today=TODAY) != make_people(seed=7, today=TODAY)


def test_numbers_and_phones_are_unique() -> None:
    everybody = make_people(ordinary=90, today=TODAY)
    assert (
        len({person.id_number for person in everybody}) == len({person.phone for person in everybody}) == len(everybody)
    )


def test_a_broken_file_of_people_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text('{"people": [{"surname": "x"}]}')
    with pytest.raises(PeopleUnreadable):
        load_people(tmp_path / "people.json")


def test_registers_know_what_the_service_definition_asks_of_them() -> None:
    elements = {element["id"]: element["sources"] for element in load_document(ITEM, LINYI)["elements"]}
    luo = CAST["罗建国"]
    asked = {
        source: {name for name, sources in elements.items() if source in sources} for source in (INSURANCE, RESIDENCE)
    }
    about = {"region": JIYANG, "existing": JIYANG}
    assert asked[INSURANCE] == {*luo.insured, *filings.elements(CAST["林静"].held, about)}
    assert asked[RESIDENCE] == set(luo.residence) - {"residence.region"}


# Registers


def test_the_insurance_register_knows_mr_luo() -> None:
    with running("insured") as endpoint:
        answer = HttpRegister(endpoint).ask(person=asked_about(CAST["罗建国"]), elements=INSURED, about={})
    assert isinstance(answer, Answered)
    assert (answer.found, answer.name) == (True, "same")
    assert answer.values == {"insured.status": "normal", "insured.region": "371424", "filing.duplicate": False}


def test_a_filing_in_force_for_the_city_is_a_duplicate() -> None:
    assert known_of("马超", region="370102") == {"filing.duplicate": True, "filing.proof_overdue": False}
    assert known_of("马超", region="370200")["filing.duplicate"] is False


def test_the_filing_that_is_meant_is_told_with_its_start_and_term() -> None:
    known = known_of("高芳", region="370200", existing=JIYANG)
    since = (legal_day(now()) - timedelta(days=60)).isoformat()
    assert known["filing.active"] is True
    assert (known["filing.active_since"], known["filing.active_term"]) == (since, "long")
    assert known_of("高芳", region="370200", existing="370200")["filing.active"] is False


def test_an_overdue_pledge_is_told() -> None:
    known = known_of("林静", region="370200", existing=JIYANG)
    assert known["filing.proof_overdue"] is True and known["filing.proof_due_on"] < legal_day(now()).isoformat()


def test_a_register_hands_out_only_what_was_asked() -> None:
    with running("insured") as endpoint:
        answer = HttpRegister(endpoint).ask(person=asked_about(CAST["罗建国"]), elements=["insured.status"], about={})
    assert isinstance(answer, Answered)
    assert set(answer.values) == {"insured.status"}


def test_a_person_in_no_register_is_not_found_and_nothing_is_false() -> None:
    with running("insured") as endpoint:
        answer = HttpRegister(endpoint).ask(person=asked_about(CAST["胡明"]), elements=INSURED, about={})
    assert isinstance(answer, Answered)
    assert (answer.found, answer.values) == (False, {})


def test_another_name_for_the_number_gets_no_values() -> None:
    stranger = Person("李四", "111", LUO.id_number)
    with running("insured") as endpoint:
        answer = HttpRegister(endpoint).ask(person=stranger, elements=INSURED, about={})
    assert isinstance(answer, Answered)
    assert (answer.name, answer.values) == ("other", {})


def test_the_residence_register_answers_for_one_place() -> None:
    with running("residence") as endpoint:
        register, luo = HttpRegister(endpoint), asked_about(CAST["罗建国"])
        here = register.ask(person=luo, elements=["residence.registered", "residence.since"], about=HERE)
        elsewhere = register.ask(person=luo, elements=["residence.registered"], about={"region": "371621"})
    assert isinstance(here, Answered)
    assert isinstance(elsewhere, Answered)
    assert here.values == {"residence.registered": True, "residence.since": CAST["罗建国"].residence["residence.since"]}
    assert not elsewhere.found


def test_a_mute_register_is_silent_within_the_time_limit() -> None:
    with running("insured") as endpoint:
        answer = HttpRegister(endpoint).ask(person=asked_about(CAST["周洋"]), elements=INSURED, about={})
    assert answer == Silent("timeout")


# Platform


def test_a_filing_is_put_on_record_once_per_key(tmp_path: Path) -> None:
    with running("platform", filings=tmp_path / "filings.json") as endpoint:
        first = HttpBusinessSystem(endpoint).push(key=KEY, filing=filing(CAST["罗建国"]))
        second = HttpBusinessSystem(endpoint).push(key=KEY, filing=filing(CAST["罗建国"]))
    with running("platform", filings=tmp_path / "filings.json") as endpoint:
        after_restart = HttpBusinessSystem(endpoint).push(key=KEY, filing=filing(CAST["罗建国"]))
    assert first == second == after_restart == Acknowledged("YB2026112100001", date(2026, 11, 21))


def test_the_platform_keeps_nothing_personal(tmp_path: Path) -> None:
    with running("platform", filings=tmp_path / "filings.json") as endpoint:
        HttpBusinessSystem(endpoint).push(key=KEY, filing=filing(CAST["罗建国"]))
    assert LUO.id_number not in (tmp_path / "filings.json").read_text()


def test_a_platform_that_refuses_says_why() -> None:
    with running("platform") as endpoint:
        assert HttpBusinessSystem(endpoint).push(key=KEY, filing=filing(CAST["吴秀兰"])) == TurnedDown("account-frozen")


def test_a_platform_that_fails_twice_acknowledges_the_third_time() -> None:
    with running("platform") as endpoint:
        answers = [HttpBusinessSystem(endpoint).push(key=KEY, filing=filing(CAST["徐强"])) for _ in range(3)]
    assert answers[:2] == [Silent("status-503")] * 2
    assert isinstance(answers[2], Acknowledged)


def test_the_same_case_number_is_filed_once_whatever_the_key() -> None:
    with running("platform") as endpoint:
        answers = {HttpBusinessSystem(endpoint).push(key=UUID(int=n), filing=filing(CAST["罗建国"])) for n in (1, 2)}
    assert len(answers) == 1


def test_what_the_platform_files_the_insurance_register_knows(tmp_path: Path) -> None:
    file = tmp_path / "filings.json"
    push_one(file, filing(CAST["罗建国"]))
    assert known_of("罗建国", file=file, region="370102")["filing.duplicate"] is True


def test_a_changed_filing_holds_at_the_new_place_only(tmp_path: Path) -> None:
    file = tmp_path / "filings.json"
    stated = {"existing.region": JIYANG, "treat.region": "370202", "filing.start_on": today()}
    push_one(file, acting("change", stated, place="370200", term="long"))
    assert known_of("马超", file=file, region=JIYANG)["filing.duplicate"] is False
    assert known_of("马超", file=file, region="370202")["filing.duplicate"] is True


def test_a_cancelled_filing_is_in_force_no_more(tmp_path: Path) -> None:
    file = tmp_path / "filings.json"
    push_one(file, acting("cancel", {"existing.region": JIYANG, "cancel.on": today()}))
    assert known_of("马超", file=file, region=JIYANG, existing=JIYANG)["filing.active"] is False


@pytest.mark.parametrize(("action", "overdue"), [("supply", False), ("correct", True)])
def test_a_proof_that_came_is_overdue_no_more(tmp_path: Path, action: str, overdue: bool) -> None:
    file = tmp_path / "filings.json"
    push_one(file, acting(action, {"existing.region": JIYANG}, person="林静"))
    known = known_of("林静", file=file, region="370200", existing=JIYANG)
    assert (known["filing.active"], known["filing.proof_overdue"]) == (True, overdue)


@pytest.mark.parametrize("action", ["change", "cancel", "correct", "supply"])
def test_nothing_is_done_to_a_filing_that_is_not_there(tmp_path: Path, action: str) -> None:
    said = push_one(tmp_path / "filings.json", acting(action, {"existing.region": JIYANG}, person="罗建国"))
    assert said == TurnedDown("no-filing-in-force")


def push_one(file: Path, filing: Filing) -> object:
    with running("platform", filings=file) as endpoint:
        return HttpBusinessSystem(endpoint).push(key=KEY, filing=filing)


def acting(
    action: str, stated: dict[str, Value], *, person: str = "马超", place: str = "370100", term: str = ""
) -> Filing:
    return Filing(
        asked_about(CAST[person]), "370115-2", "132036024004", action, LINYI, stated, action, term=term, place=place
    )


def known_of(person: str, *, file: Path | None = None, **about: str) -> dict[str, Any]:
    names = [*filings.elements(CAST["林静"].held, {"existing": JIYANG})]
    with running("insured", filings=file) as endpoint:
        answer = HttpRegister(endpoint).ask(person=asked_about(CAST[person]), elements=names, about=about)
    assert isinstance(answer, Answered)
    return dict(answer.values)


def today() -> str:
    return legal_day(now()).isoformat()


# Walls


def test_a_wrong_secret_gets_no_answer() -> None:
    with running("insured") as endpoint:
        wrong = Endpoint(endpoint.url, "another secret, also long", 1)
        assert base.post(wrong, "/ask", {"person": {}}) == Silent("status-401")


@pytest.mark.parametrize("change", [base.SIGNATURE, base.TIME, base.ID])
def test_a_changed_header_breaks_the_signature(change: str) -> None:
    content = strictjson.canonical({"person": {"id_number": LUO.id_number}})
    with running("insured") as endpoint:
        headers = base._headers(SECRET, "/ask", content, KEY)
        headers[change] = "0" * 64
        response = httpx.post(endpoint.url + "/ask", content=content, headers=headers, trust_env=False)
    assert response.status_code == 401


@pytest.mark.parametrize("content", [b'{"person":1}', b"[]", b'{"person":{"id_number":NaN}}'])
def test_a_question_of_another_shape_is_refused(content: bytes) -> None:
    with running("insured") as endpoint:
        headers = base._headers(SECRET, "/ask", content, KEY)
        response = httpx.post(endpoint.url + "/ask", content=content, headers=headers, trust_env=False)
    assert response.status_code == 400


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tongban.project.registers", *map(str, arguments)]
    env = {**os.environ, "TONGBAN_REGISTER_SECRET": SECRET, **environment}
    return subprocess.Popen(command, env=env, stdout=-1, stderr=-1, text=True)


def test_a_register_process_warns_that_it_is_a_demo_and_logs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    save_people(file, CAST.values())
    with start("insured", "--people", file) as process:
        assert process.stdout is not None
        endpoint = Endpoint(process.stdout.readline().strip(), SECRET)
        answer = HttpRegister(endpoint).ask(person=asked_about(CAST["罗建国"]), elements=INSURED, about={})
        process.terminate()
        output, errors = process.communicate(timeout=10)
    assert isinstance(answer, Answered)
    assert (output, process.returncode) == ("", 0)
    assert errors.count("\n") == 1
    assert "DEMO REGISTER" in errors


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"TONGBAN_MODE": "production"}, "Demo registers do not start in production mode."),
        ({"TONGBAN_REGISTER_SECRET": "short"}, "There is no secret shared with the register."),
    ],
)
def test_a_register_does_not_start(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    save_people(tmp_path / "people.json", CAST.values())
    with start("insured", "--people", tmp_path / "people.json", **environment) as process:
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert sentence in errors


def test_the_file_of_people_is_written_by_command(tmp_path: Path) -> None:
    assert program.main(["people", "--people", str(tmp_path / "people.json")]) == 0
    assert LUO.id_number in load_people(tmp_path / "people.json")
    assert HERE["region"] == invented.JIYANG
