"""The identifier of an e-licence (电子证照标识), GB/T 36904-2018. Plain Python.

`1.2.156.3005.2.<type, 21>.<issuer>.<serial>.<version, 3>.<check, 1>`; the check character is ISO 7064 MOD 37,36 over type, issuer, serial and
version; the dots and the root are left out.
"""

import re
import secrets
from dataclasses import dataclass, replace
from typing import Self

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
_TYPE = re.compile(r"[0-9A-Z]{21}")
_ISSUER = re.compile(r"[0-9A-Z]{1,18}")
_SERIAL = re.compile(r"[0-9A-Z]{1,32}")
_VERSION = re.compile(r"[0-9]{3}")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
RANDOM_LETTERS = 16
"""80 bits."""


class WrongIdentifier(ValueError):
    """This text is no identifier of a licence; the message says why and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """`type`: code of the licence type, 21 characters. `issuer`: normally a unified social credit code. `version`: from 1."""

    type: str
    issuer: str
    serial: str
    version: int

    @property
    def check(self) -> str:
        return str(mod_37_36.calc_check_digit(f"{self.type}{self.issuer}{self.serial}{self.version:03d}"))

    def __str__(self) -> str:
        return f"{ROOT}.{self.type}.{self.issuer}.{self.serial}.{self.version:03d}.{self.check}"

    def next_version(self) -> Self:
        """Of the same licence after a change or a renewal."""
        return replace(self, version=self.version + 1)


def make_serial(*, region: str, inc: int) -> str:
    """Unique without asking anybody: the region, the node's incarnation, 80 random bits."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(RANDOM_LETTERS))
    return f"{region}{inc:02d}{drawn}"


def read_identifier(text: str) -> Identifier:
    """Raises `WrongIdentifier`: the number of parts, the form of one, or the check character."""
    parts = text.removeprefix(f"{ROOT}.").split(".")
    if len(parts) != 5:
        raise WrongIdentifier("an identifier has five parts after its root")
    type_, issuer, serial, version, check = parts
    forms = ((_TYPE, type_), (_ISSUER, issuer), (_SERIAL, serial), (_VERSION, version))
    if not all(form.fullmatch(part) for form, part in forms):
        raise WrongIdentifier("a part has not the form that it must have")
    identifier = Identifier(type_, issuer, serial, int(version))
    if identifier.check != check:
        raise WrongIdentifier("the check character does not fit")
    return identifier
