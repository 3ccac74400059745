"""The people and places that every test knows. Identity numbers carry the impossible province 99 and valid check digits."""

from dataclasses import dataclass

from tongban.kernel.actors import Actor

JIYANG, LINYI, HUIMIN = "370115", "371424", "371621"
ITEM = "remote-medical-filing"


@dataclass(frozen=True)
class Person:
    name: str
    id_kind: str
    id_number: str
    phone: str


def _with_check_digit(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first17, strict=True)) % 11]


def invented(name: str, first17: str, phone: str) -> Person:
    return Person(name, "111", _with_check_digit(first17), phone)


LUO = Person("罗建国", "111", _with_check_digit("99142419680312001"), "19900000001")
"""Mr Luo: insured in 临邑, lives in 济阳, 58 years old, on a phone."""
SUN = Person("孙丽", "111", _with_check_digit("99142419850607002"), "19900000002")
"""A stranger: what belongs to Mr Luo is not hers to see."""


def clerk(region: str = JIYANG) -> Actor:
    """赵敏, reception clerk at the receiving office."""
    return Actor("staff", "s-zhaomin", region, frozenset({"reception"}), office="hall")


def examiner(region: str = LINYI) -> Actor:
    """陈刚, examiner of the deciding office."""
    return Actor("staff", "s-chengang", region, frozenset({"acceptance", "examiner"}), office="medical-insurance")


def citizen(region: str = JIYANG) -> Actor:
    """Mr Luo on his phone."""
    return Actor("citizen", "c-luo", region, frozenset({"citizen"}))
