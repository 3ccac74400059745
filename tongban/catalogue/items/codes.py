"""Codes of items (事项编码) and the layer that a code belongs to.

Basic catalogue: 12 characters = region 2, type 2, department 2, main item 3, sub-item 3; provincial items put letters into the last six.
Implementation (实施清单): 31 = credit code of the office 18, level 1, basic code 12. Handling item (业务办理项): two digits more.
A province's template for all its offices has the basic code and the two digits, 14 in all.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from stdnum.cn import uscc

Layer = Literal["basic", "template", "implementation", "handling"]

CODE = re.compile(r"(?:(?P<office>[0-9A-Z]{18})(?P<level>[1-6]))?(?P<basic>[0-9]{6}[0-9A-Z]{6})(?P<business>[0-9]{2})?")
LAYERS: dict[tuple[bool, bool], Layer] = {
    (False, False): "basic",
    (False, True): "template",
    (True, False): "implementation",
    (True, True): "handling",
}


@dataclass(frozen=True, slots=True)
class ItemCode:
    """`office` is a unified social credit code or empty, `level` its digit or empty, `business` two digits or empty."""

    basic: str
    business: str = ""
    office: str = ""
    level: str = ""

    def __str__(self) -> str:
        return f"{self.office}{self.level}{self.basic}{self.business}"

    @property
    def item(self) -> str:
        """Without the handling item."""
        return str(replace(self, business=""))

    @property
    def layer(self) -> Layer:
        return LAYERS[bool(self.office), bool(self.business)]

    @property
    def region(self) -> str:
        """Two digits: 00 the State, else the province that made the item."""
        return self.basic[:2]

    @property
    def type_digits(self) -> str:
        return self.basic[2:4]

    @property
    def department_digits(self) -> str:
        return self.basic[4:6]


def find_code(text: str) -> ItemCode | None:
    """The parts of a code of any layer; None when it is none. The check character of the office's code must be right."""
    match = CODE.fullmatch(text)
    if match is None or (match["office"] and not uscc.is_valid(match["office"])):
        return None
    return ItemCode(**match.groupdict(default=""))


def find_basic(text: str) -> str:
    """The code in the basic catalogue of what a code of any layer is an item of; what is no code stays as it is."""
    code = find_code(text)
    return code.basic if code else text
