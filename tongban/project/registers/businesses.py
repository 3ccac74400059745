"""Who needs more than the insurance register: made-up hosts with their hotels, and a person with a disability certificate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from stdnum.cn import uscc

from tongban.project.registers.people import DemoPerson, resident
from tongban.project.registers.records import Record

HOSTS = ("沈慧", "曹勇", "袁媛", "方琳", "田甜")
"""Everything in order; the scope does not cover lodging; the credit record stays silent; twice more all in order."""
PENSIONER = "冯娟"
SERVING = 6


def credit_code(number: int) -> str:
    """18 characters with a valid check character (GB 32100) and the impossible province 99: nobody's code."""
    body = f"92991424MADEM{number:04d}"
    return body + uscc.calc_check_digit(body)


def certificate_of(id_number: str) -> str:
    """The number of a disability certificate: the person's own, one digit for the kind (4: limbs), one for the level."""
    return f"{id_number}41"


def further_cast(today: date) -> list[DemoPerson]:
    orderly, unfit, unheard, *others = (
        resident(name, f"199000000{serial}", date(1962 + serial, 5, 6), serial, since=today - timedelta(days=600))
        for name, serial in zip(HOSTS, (13, 14, 15, 17, 18), strict=True)
    )
    disabled = resident(PENSIONER, "19900000016", date(1971, 5, 20), 16, since=today - timedelta(days=1200))
    return [
        replace(
            orderly, story=f"旅店负责人，条件齐备 / a hotel in Linyi, all in order: {credit_code(1)}, {SERVING} staff"
        ),
        replace(unfit, story=f"a hotel whose business scope does not cover lodging: {credit_code(2)}"),
        replace(unheard, story=f"a hotel; the credit record stays silent: {credit_code(3)}"),
        *(
            replace(other, story=f"one more hotel, all in order: {credit_code(number)}, {SERVING} staff")
            for number, other in enumerate(others, start=4)
        ),
        replace(
            disabled,
            story=f"残疾人证 / disability certificate {certificate_of(disabled.id_number)}, on the minimum allowance",
        ),
    ]


def make_records(people: Sequence[DemoPerson], *, today: date) -> list[Record]:
    """What the registers know: of everybody the household, of hosts their business, of some a certificate."""
    by_name = {person.name: person for person in people}
    rows = [row for person in people for row in _of_everybody(person)]
    for number, name in enumerate(HOSTS, start=1):
        if name in by_name:
            rows += _of_hotel(by_name[name].id_number, number)
    if PENSIONER in by_name:
        rows += _of_pensioner(by_name[PENSIONER].id_number, today)
    return [*rows, *_of_company(by_name, today)]


def _of_everybody(person: DemoPerson) -> Iterator[Record]:
    number = person.id_number
    if not person.insured:
        return
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    home = {"household.region": person.insured["insured.region"], "person.birth_on": born}
    yield Record("household", number, home, number)
    yield Record("injury", number, {"injury.nursing": False}, number)
    if person.name != PENSIONER:
        yield Record("relief", number, _relief(allowance=False), number)
        yield Record("disability", number, {"certificate.active": False}, number)


def _of_hotel(holder: str, number: int) -> list[Record]:
    code = credit_code(number)
    business = {
        "business.name": f"临邑演示旅店{number}号", "business.status": "active", "business.lodging": number != 2,
        "business.updated": True,
    }  # fmt: skip
    return [
        Record("business", code, business, holder),
        Record("hygiene", code, {"staff.certified": SERVING}),
        Record("credit", code, {"credit.barred": False}, silent=number == 3),
    ]


def _of_pensioner(number: str, today: date) -> list[Record]:
    until = today.replace(year=today.year + 5, day=min(today.day, 28)).isoformat()
    held = {"cert.valid_until": until, "cert.level": 1, "cert.kind": "limbs", "certificate.active": True}
    return [
        Record("disability", certificate_of(number), held, number),
        Record("disability", number, {"certificate.active": True}, number),
        Record("relief", number, _relief(allowance=True), number),
    ]


def _relief(*, allowance: bool) -> dict[str, bool]:
    return {
        "relief.allowance": allowance, "relief.destitute": False, "subsidy.living_paid": False, "subsidy.nursing_paid": False,
    }  # fmt: skip


def _of_company(by_name: Mapping[str, DemoPerson], today: date) -> list[Record]:
    """A name reserved by Mr Luo, an address that has its proof, a scope in standard words."""
    holder = by_name["罗建国"].id_number if "罗建国" in by_name else ""
    reserved = {
        "name.reserved_until": (today + timedelta(days=20)).isoformat(), "name.forbidden": False, "name.taken": False,
    }  # fmt: skip
    return [
        Record("names", "临邑演示商贸有限公司", reserved, holder),
        Record(
            "business",
            "日用百货销售",
            {"people.barred": False, "applicants.barred": False, "scope.standard": 1, "scope.prior": "none"},
        ),
        Record("address", "临邑县演示路 2 号", {"address.proven": True}),
    ]
