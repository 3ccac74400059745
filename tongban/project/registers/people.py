"""Invented people (演示人员): impossible province 99 in the number, phones 199 0000 xxxx. Some make a register or the platform misbehave."""

import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stdnum.iso7064 import mod_11_2

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.registers.filings import Held, city

JIYANG, LINYI, HUIMIN = "370115", "371424", "371621"
FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马"
GIVEN_NAMES = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英"
ADDRESSES = ("济北街道泰兴东街 12 号", "济阳街道纬二路 8 号", "崔寨街道青宁村 3 号")

Elements = dict[str, Any]


@dataclass(frozen=True)
class DemoPerson:
    """One invented person and what the registers and the platform do when this person comes up.

    `insured` and `residence` hold element → value, empty when the register does not know the person. `name_in_registers`: how old systems
    write the name, where that differs. `filings`: what the platform had on record before.
    """

    name: str
    id_number: str
    phone: str
    insured: Elements = field(default_factory=dict)
    residence: Elements = field(default_factory=dict)
    id_kind: str = "111"
    name_in_registers: str = ""
    story: str = ""
    insured_silent: bool = False
    residence_silent: bool = False
    platform_silent: bool = False
    platform_refuses: str = ""
    platform_fails_times: int = 0
    filings: list[dict[str, str]] = field(default_factory=list)

    @property
    def held(self) -> list[Held]:
        """The filings that this person had before the demo began."""
        return [Held(**filing) for filing in self.filings]

    @property
    def registered_name(self) -> str:
        return self.name_in_registers or self.name


class PeopleUnreadable(Refused):
    """The file of invented people is missing or of another shape."""

    text = Text("演示人员文件 {path} 不可读。", "The file of demo people {path} cannot be read.")
    advice = Text(
        "用 python -m tongban.project.registers people --people 文件 重新生成。",
        "Make it again with python -m tongban.project.registers people --people FILE.",
    )


def id_number(*, region: str, birth: date, serial: int) -> str:
    """18 digits with a valid check digit (GB 11643) whose first two are 99: no division has them, so it is nobody's number."""
    body = f"99{region[2:]}{birth:%Y%m%d}{serial:03d}"
    return body + mod_11_2.calc_check_digit(body)


def make_people(*, seed: int = 1, ordinary: int = 20, today: date) -> list[DemoPerson]:
    """The cast first, then `ordinary` people drawn with `seed`: the same seed and day give the same people."""
    chance = random.Random(seed)  # noqa: S311  invented people, no secret
    return [*_cast(today), *(_ordinary(chance, number, today) for number in range(ordinary))]


def save_people(path: Path, people: Iterable[DemoPerson]) -> None:
    value = {"people": [asdict(person) for person in people]}
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def load_people(path: Path) -> dict[str, DemoPerson]:
    """Identity number → person. Raises `PeopleUnreadable`."""
    try:
        people = [DemoPerson(**row) for row in json.loads(path.read_text())["people"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise PeopleUnreadable(path=path.name) from None
    return {person.id_number: person for person in people}


def _cast(today: date) -> list[DemoPerson]:
    luo = replace(
        resident("罗建国", "19900000001", date(1968, 3, 12), 1, since=today - timedelta(days=420)),
        story="参保临邑，在济阳登记居住，信息一致 / insured in Linyi, resident in Jiyang, all agrees",
    )
    sun = resident("孙丽", "19900000002", date(1985, 6, 7), 2, since=today - timedelta(days=900))
    rare = resident("王䶮", "19900000003", date(1990, 5, 4), 3, since=today - timedelta(days=300))
    ended = resident("赵桂英", "19900000004", date(1956, 11, 2), 4, since=today - timedelta(days=2000))
    silent = resident("周洋", "19900000006", date(1979, 8, 30), 6, since=today - timedelta(days=500))
    refused = resident("吴秀兰", "19900000007", date(1963, 1, 25), 7, since=today - timedelta(days=700))
    failing = resident("徐强", "19900000008", date(1971, 12, 8), 8, since=today - timedelta(days=650))
    settled = resident("马超", "19900000010", date(1966, 9, 9), 10, since=today - timedelta(days=900))
    newly = resident("高芳", "19900000011", date(1977, 7, 7), 11, since=today - timedelta(days=90))
    pledged = resident("林静", "19900000012", date(1982, 10, 1), 12, since=today - timedelta(days=250))
    dotted = resident("艾力·买买提", "19900000009", date(1988, 4, 19), 9, since=today - timedelta(days=800))
    return [
        luo,
        replace(sun, story="another ordinary person"),
        # U+E863 is where GBK systems put 䶮 before Unicode had it.
        replace(rare, name_in_registers="王\ue863", story="rare character, written otherwise in the registers"),
        replace(ended, insured={**ended.insured, "insured.status": "suspended"}, story="insurance suspended"),
        _unknown("胡明", "19900000005", date(1994, 2, 14), 5),
        replace(silent, insured_silent=True, story="the insurance register stays silent"),
        replace(refused, platform_refuses="account-frozen", story="the platform refuses"),
        replace(failing, platform_fails_times=2, story="the platform fails twice, then acknowledges"),
        replace(dotted, name_in_registers="艾力买买提", story="a name with a dot, written without it in the registers"),
        replace(
            settled, filings=[_filed(today, days=800)], story="a filing in force for years: can be changed or cancelled"
        ),
        replace(newly, filings=[_filed(today, days=60)], story="a filing made two months ago: still locked"),
        replace(pledged, filings=[_filed(today, days=240, due_in=-58)], story="a pledge whose proof is overdue"),
    ]


def _filed(today: date, *, days: int, due_in: int | None = None) -> dict[str, str]:
    """A long-term filing for 济南, made so many days ago."""
    due = (today + timedelta(days=due_in)).isoformat() if due_in is not None else ""
    return {
        "place": city(JIYANG), "term": "long", "since": (today - timedelta(days=days)).isoformat(), "until": "",
        "proof_due_on": due,
    }  # fmt: skip


def resident(name: str, phone: str, birth: date, serial: int, *, since: date, insured_in: str = LINYI) -> DemoPerson:
    """Lives in 济阳 since a day, insured elsewhere, known to every register."""
    address = ADDRESSES[serial % len(ADDRESSES)]
    return DemoPerson(
        name=name,
        id_number=id_number(region=insured_in, birth=birth, serial=serial),
        phone=phone,
        insured={"insured.region": insured_in, "insured.status": "normal"},
        residence={
            "residence.registered": True, "residence.region": JIYANG, "residence.since": since.isoformat(),
            "filing.address": address,
        },
    )  # fmt: skip


def _unknown(name: str, phone: str, birth: date, serial: int) -> DemoPerson:
    number = id_number(region=HUIMIN, birth=birth, serial=serial)
    return DemoPerson(name=name, id_number=number, phone=phone, story="in no register")


def _ordinary(chance: random.Random, number: int, today: date) -> DemoPerson:
    name = chance.choice(FAMILY_NAMES) + "".join(chance.choices(GIVEN_NAMES, k=chance.choice((1, 2))))
    birth = date(1945, 1, 1) + timedelta(days=chance.randrange(21_000))
    since = today - timedelta(days=chance.randrange(30, 3000))
    insured_in = chance.choice((LINYI, LINYI, HUIMIN))
    return resident(name, f"1990000{100 + number:04d}", birth, 100 + number, since=since, insured_in=insured_in)
