"""Codes that people read, say on the telephone and type (凭码). Plain Python.

32 signs of Crockford's alphabet: no I, L, O or U, and what is mistaken for one of them is read as 1 or 0. The last sign is a check
character (Luhn mod 32): one wrong sign or two neighbours exchanged are noticed before anything is looked up.
"""

import secrets

from stdnum import luhn

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 5
_LOOKALIKES = str.maketrans("ILO", "110")
_SPACING = str.maketrans("", "", " -\t\u3000\u2013\uff0d")


def from_bytes(random: bytes, *, length: int) -> str:
    """A code of `length` signs, the check character included. `random`: at least (length - 1) × 5 bits."""
    number = int.from_bytes(random)
    signs = "".join(ALPHABET[(number >> (BITS * place)) & 31] for place in range(length - 1))
    return signs + str(luhn.calc_check_digit(signs, alphabet=ALPHABET))


def make(*, length: int) -> str:
    return from_bytes(secrets.token_bytes(length), length=length)


def read(typed: str, *, length: int) -> str:
    """As it was made, from what somebody typed; empty when it cannot be one."""
    code = typed.strip().upper().translate(_SPACING).translate(_LOOKALIKES)
    if len(code) != length or not set(code) <= set(ALPHABET):
        return ""
    return code if luhn.is_valid(code, alphabet=ALPHABET) else ""


def spaced(code: str, *, group: int = 4) -> str:
    """In groups, as it is printed: 7K3Q 9MWA 2XHTC."""
    parts = [code[start : start + group] for start in range(0, len(code), group)]
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [parts[-2] + parts[-1]]
    return " ".join(parts)
