"""The demo registers and business systems beside insurance and residence, through the adapters that a node uses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.cast import LINYI
from tongban.catalogue.layers import list_items, load_document
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.project import registers
from tongban.project.registers import records
from tongban.project.registers.businesses import (
    HOSTS,
    PENSIONER,
    certificate_of,
    credit_code,
    further_cast,
    make_records,
)
from tongban.project.registers.people import DemoPerson, make_people
from tongban.project.registers.results import SYSTEMS, Results
from tongban.project.registers.server import DemoServer
from tongban.review.adapters.base import Answered, Endpoint, HttpRegister, Person, Silent
from tongban.review.adapters.business_system import Acknowledged, Filing, HttpBusinessSystem
from tongban.review.adapters.revocations import HttpRevocationSystem, Noted, Revocation

SECRET = "a secret of the demo registers"
TODAY = date(2026, 11, 20)
EVERYBODY = [*make_people(today=TODAY, ordinary=0), *further_cast(TODAY)]
BY_NAME = {person.name: person for person in EVERYBODY}
ORDERLY, UNFIT, UNHEARD, *_ = HOSTS
KEY = UUID(int=1)
BUSINESS = ["business.status", "business.lodging", "business.represented"]


@contextmanager
def running(results: Path | None = None) -> Iterator[str]:
    people, known = {person.id_number: person for person in EVERYBODY}, Results(results)
    paths = {**records.answering(people, make_records(EVERYBODY, today=TODAY), known), **known.answering()}
    server = DemoServer(0, secret=SECRET, paths=paths, silence_seconds=3)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked_about(person: DemoPerson) -> Person:
    return Person(person.name, person.id_kind, person.id_number)


def ask(url: str, register: str, name: str, elements: list[str], **about: str) -> Answered | Silent:
    endpoint = Endpoint(f"{url}/{register}", SECRET, timeout_seconds=1)
    told = {key.replace("__", "."): value for key, value in about.items()}
    return HttpRegister(endpoint).ask(person=asked_about(BY_NAME[name]), elements=elements, about=told)


def values_of(answer: Answered | Silent) -> dict[str, Any]:
    assert isinstance(answer, Answered)
    return dict(answer.values)


def test_every_register_and_system_that_a_definition_names_has_a_demo() -> None:
    named, effects = set(), set()
    for key in list_items():
        document = load_document(key, LINYI)
        named |= {source["register"] for source in document["sources"] if "register" in source}
        effects.add(document["effect"])
    assert named - {"insured", "residence"} == set(registers.OTHER_REGISTERS) == set(records.KEYS)
    assert effects - {"insurance-platform"} <= set(registers.OTHER_SYSTEMS) == set(SYSTEMS)


def test_a_business_is_found_by_its_code_and_says_who_represents_it() -> None:
    with running() as url:
        own = ask(url, "business", ORDERLY, BUSINESS, business__code=credit_code(1))
        others = ask(url, "business", UNFIT, BUSINESS, business__code=credit_code(1))
        unknown = ask(url, "business", ORDERLY, BUSINESS, business__code="9" * 18)
    assert values_of(own) == {"business.status": "active", "business.lodging": True, "business.represented": True}
    assert values_of(others)["business.represented"] is False
    assert isinstance(unknown, Answered) and (unknown.found, unknown.values) == (False, {})


def test_a_business_compares_the_name_of_its_representative_only() -> None:
    with running() as url:
        own = ask(url, "business", ORDERLY, BUSINESS, business__code=credit_code(1))
        others = ask(url, "business", UNFIT, BUSINESS, business__code=credit_code(1))
    assert isinstance(own, Answered) and isinstance(others, Answered)
    assert (own.name, others.name) == ("same", "unclear")


def test_a_register_that_stays_silent_about_one_business_answers_about_others() -> None:
    with running() as url:
        assert ask(url, "credit", UNHEARD, ["credit.barred"], business__code=credit_code(3)) == Silent("timeout")
        assert values_of(ask(url, "credit", UNFIT, ["credit.barred"], business__code=credit_code(2))) == {
            "credit.barred": False
        }


def test_a_certificate_is_found_by_its_number() -> None:
    number = certificate_of(BY_NAME[PENSIONER].id_number)
    with running() as url:
        answer = ask(url, "disability", PENSIONER, ["cert.level", "cert.kind"], cert__number=number)
    assert values_of(answer) == {"cert.level": 1, "cert.kind": "limbs"}


def test_a_ward_is_looked_up_by_the_number_that_was_stated() -> None:
    with running() as url:
        answer = ask(url, "household", "孙丽", ["person.birth_on"], person__id_number=BY_NAME["罗建国"].id_number)
    assert values_of(answer) == {"person.birth_on": "1968-03-12"}


def test_the_question_is_bound_to_its_register() -> None:
    with running() as url:
        wrong = Endpoint(f"{url}/nothing", SECRET, timeout_seconds=1)
        assert HttpRegister(wrong).ask(person=asked_about(EVERYBODY[0]), elements=[], about={}) == Silent("status-404")


# Business systems


def granted(*, action: str = "add", number: str = "370115-1", **stated: str) -> Filing:
    elements = {"business.code": credit_code(1), **{key.replace("__", "."): value for key, value in stated.items()}}
    return Filing(asked_about(BY_NAME[ORDERLY]), number, "000123020000", "new_pledge", LINYI, elements, action)


def push(url: str, system: str, filing: Filing, key: UUID = KEY) -> Any:
    return HttpBusinessSystem(Endpoint(f"{url}/{system}", SECRET)).push(key=key, filing=filing)


def test_a_licence_is_put_on_record_once_per_case(tmp_path: Path) -> None:
    with running(tmp_path / "results.json") as url:
        first, second = push(url, "licence-register", granted()), push(url, "licence-register", granted())
    with running(tmp_path / "results.json") as url:
        other_key = push(url, "licence-register", granted(), UUID(int=2))
    assert isinstance(first, Acknowledged)
    assert first == second == other_key


def test_what_is_granted_is_known_to_the_register_of_licences(tmp_path: Path) -> None:
    names = ["licence.active", "licence.valid_until"]
    with running(tmp_path / "results.json") as url:
        number = push(url, "licence-register", granted()).reference
        known = values_of(ask(url, "hygiene", ORDERLY, names, licence__number=number, business__code=credit_code(1)))
        push(url, "licence-register", granted(action="cancel", number="370115-2", licence__number=number), UUID(int=2))
        ended = values_of(ask(url, "hygiene", ORDERLY, names, licence__number=number, business__code=credit_code(1)))
    assert (
        known["licence.active"] is True
        and known["licence.valid_until"] > (legal_day(now()) + timedelta(days=1000)).isoformat()
    )
    assert ended["licence.active"] is False


def test_a_revoked_licence_ends_and_a_broken_pledge_bars(tmp_path: Path) -> None:
    with running(tmp_path / "results.json") as url:
        number = push(url, "licence-register", granted()).reference
        broken = Revocation(
            asked_about(BY_NAME[ORDERLY]),
            "370115-1",
            "000123020000",
            "new_pledge",
            LINYI,
            number,
            "第六十九条",
            TODAY,
            True,
        )
        told = [tell(url, system, broken) for system in ("licence-register", "credit", "credit")]
        licence = ask(url, "hygiene", ORDERLY, ["licence.active"], licence__number=number)
        credit = ask(url, "credit", ORDERLY, ["credit.barred"], business__code=credit_code(1))
    assert all(isinstance(noted, Noted) for noted in told) and told[1] == told[2]
    assert values_of(licence) == {"licence.active": False}
    assert values_of(credit) == {"credit.barred": True}


def tell(url: str, system: str, revocation: Revocation) -> Noted | Silent:
    return HttpRevocationSystem(Endpoint(f"{url}/{system}", SECRET)).tell(key=KEY, revocation=revocation)


def test_nothing_personal_is_kept(tmp_path: Path) -> None:
    with running(tmp_path / "results.json") as url:
        push(url, "subsidy-payroll", granted(bank__account="6222000000000001"))
    kept = (tmp_path / "results.json").read_text()
    assert not [word for word in (ORDERLY, BY_NAME[ORDERLY].id_number, "6222000000000001") if word in kept]


@pytest.mark.parametrize("system", ["licence-register", "business-register"])
def test_each_system_numbers_its_own(system: str) -> None:
    with running() as url:
        assert push(url, system, granted()).reference.startswith(SYSTEMS[system])
