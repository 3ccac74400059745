"""The register of companies and other bodies (市场主体登记): who is the legal representative of a credit code.

A demonstration knows invented companies. Without a register nobody is refused: a clerk looks at the licence at the counter.
"""

from dataclasses import dataclass
from typing import Protocol

from stdnum.iso7064 import mod_11_2


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of one code."""

    name: str
    legal_id_kind: str
    legal_id_number: str

    def __repr__(self) -> str:
        return "Entry(…)"


class BusinessRegister(Protocol):
    def find(self, uscc: str) -> Entry | None:
        """None when the register does not know the code or does not answer: then a person looks."""


class NoRegister:
    def find(self, uscc: str) -> Entry | None:
        return None


class DemoRegister:
    """Invented companies: place code 99…, which no division has, and representatives of the demonstration's people."""

    def find(self, uscc: str) -> Entry | None:
        return _INVENTED.get(uscc)


DEMO_USCC = "91990115MA0DEMX01J"
"""示范农产品有限公司, whose legal representative is 孙丽."""


def get_business_register(mode: str) -> BusinessRegister:
    return DemoRegister() if mode == "demo" else NoRegister()


def _invented_number(first: str) -> str:
    return first + mod_11_2.calc_check_digit(first)


_INVENTED = {
    DEMO_USCC: Entry("示范农产品有限公司（演示）", "111", _invented_number("99142419850607002")),
}
