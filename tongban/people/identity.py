"""Identity documents (证件): kinds, numbers and their checks, masks. Plain Python; keeps nothing.

Each wrong number has one reason, so that the page can say what to look at.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.iso7064 import mod_11_2

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

Reason = Literal["empty", "length", "characters", "date", "province", "check_digit"]
Sex = Literal["male", "female"]

REASONS: dict[Reason, Text] = {
    "empty": Text("没有填写", "nothing was entered"),
    "length": Text("位数不对", "it has the wrong length"),
    "characters": Text("含有不应出现的字符", "it holds characters that do not belong there"),
    "date": Text("其中的出生日期不存在", "the date of birth inside it does not exist"),
    "province": Text("开头的地区代码不属于该证件", "its first digits are no place code of this document"),
    "check_digit": Text("校验位不符，可能输错了一位", "its check digit does not fit: one digit may be mistyped"),
}

PROVINCES = frozenset(
    str(number)
    for group in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), (71,))
    for number in group
)
"""First two digits of GB/T 2260."""

DEMO_PROVINCE = "99"
"""Numbers of invented people begin with it; no division has it."""


class UnknownIdentityKind(Refused):
    """The kind of document is not on the list."""

    status = 422
    text = Text("不支持的证件类型。", "This kind of document is not supported.")
    advice = Text("请从列表中选择证件类型。", "Choose the kind of document from the list.")


class WrongIdentityNumber(Refused):
    """The number cannot be one of this kind. `reason` says why; the number itself is not kept here."""

    status = 422
    text = Text("证件号码有误：{why.zh}。", "The document number is wrong: {why.en}.")
    advice = Text("请对照证件核对号码和证件类型。", "Compare number and kind with the document.")

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(why=REASONS[reason])


class WrongCreditCode(Refused):
    """The text is no unified social credit code (统一社会信用代码)."""

    status = 422
    text = Text("统一社会信用代码有误：{why.zh}。", "The unified social credit code is wrong: {why.en}.")
    advice = Text("请对照营业执照或登记证核对。", "Compare it with the business licence or certificate.")

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(why=REASONS[reason])


class WrongPhone(Refused):
    """No mobile number of the mainland."""

    status = 422
    text = Text("手机号码有误：应为 1 开头的 11 位数字。", "The mobile number is wrong: 11 digits beginning with 1.")
    advice = Text("请核对后重新填写；没有手机请到窗口办理。", "Check it, or come to the counter without a phone.")


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that can exist. Whether it does, and whose it is, only a register can say."""

    kind: str
    number: str
    birth_date: date | None = None
    sex: Sex | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class IdentityKind:
    """A kind of document (证件类型). `verified`: code and number rule were read in a source, not written from memory."""

    code: str
    name: Text
    check: Callable[[str], Identity]
    verified: bool = False


def check_identity(kind: str, number: str, *, allow_demo: bool = False) -> Identity:
    """The normalised number with what it says. Refuses `UnknownIdentityKind` or `WrongIdentityNumber`."""
    if kind not in KINDS:
        raise UnknownIdentityKind
    text = _normalise(number)
    if not text:
        raise WrongIdentityNumber("empty")
    identity = KINDS[kind].check(text)
    if identity.demo and not allow_demo:
        raise WrongIdentityNumber("province")
    return identity


def check_uscc(text: str) -> str:
    """A unified social credit code (GB 32100-2015), normalised. Refuses `WrongCreditCode`."""
    code = _normalise(text)
    if not code:
        raise WrongCreditCode("empty")
    try:
        return str(uscc.validate(code))
    except InvalidLength:
        raise WrongCreditCode("length") from None
    except InvalidChecksum:
        raise WrongCreditCode("check_digit") from None
    except ValueError:
        raise WrongCreditCode("characters") from None


def check_phone(text: str) -> str:
    """A mobile number without country code, spaces or hyphens. Refuses `WrongPhone`."""
    digits = re.sub(r"^(\+86|0086)", "", _normalise(text))
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise WrongPhone
    return digits


def mask_name(name: str) -> str:
    """罗建国 → 罗**; the number of stars does not tell the length of long names."""
    return name[:1] + "*" * min(len(name) - 1, 3) if name else ""


def mask_number(number: str) -> str:
    """First and last character only."""
    return number[0] + "*" * (len(number) - 2) + number[-1] if len(number) > 2 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """199****0001"""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_address(address: str) -> str:
    """济北街道演示路1号 → 济北街道****: the street is not told, nor how long it is."""
    return address[:4] + "****" if address else ""


def _normalise(text: str) -> str:
    """Full-width forms, spaces, hyphens and small letters are how people type, not errors."""
    return re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", text)).upper()


def _shape(text: str, pattern: str, lengths: set[int]) -> None:
    if len(text) not in lengths:
        raise WrongIdentityNumber("length")
    if not re.fullmatch(pattern, text):
        raise WrongIdentityNumber("characters")


def _citizen_number(kind: str, text: str, prefixes: frozenset[str]) -> Identity:
    """18 characters in the form of GB 11643: place 6, birth 8, serial 3 (odd: male), check digit ISO 7064 MOD 11-2."""
    _shape(text, r"[0-9]{17}[0-9X]", {18})
    demo = kind == "111" and text.startswith(DEMO_PROVINCE)
    if not demo and not text.startswith(tuple(prefixes)):
        raise WrongIdentityNumber("province")
    birth = _date(text[6:14])
    _check_digit(text)
    return Identity(kind, text, birth, "male" if int(text[16]) % 2 else "female", demo)


def _check_digit(text: str) -> None:
    if not mod_11_2.is_valid(text):
        raise WrongIdentityNumber("check_digit")


def _date(digits: str) -> date:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise WrongIdentityNumber("date") from None
    if day.year < 1880:
        raise WrongIdentityNumber("date")
    return day


def _resident(text: str) -> Identity:
    return _citizen_number("111", text, PROVINCES)


def _hk_macao_residence(text: str) -> Identity:
    return _citizen_number("159", text, frozenset({"810000", "820000"}))


def _taiwan_residence(text: str) -> Identity:
    return _citizen_number("160", text, frozenset({"830000"}))


def _permanent_residence(text: str) -> Identity:
    """New form: 18 digits, 9 + province 2 + nationality 3 + birth 8 + serial 3 + check digit. Old form: 3 letters and 12 digits."""
    if len(text) == 15:
        _shape(text, r"[A-Z]{3}[0-9]{12}", {15})
        return Identity("553", text)
    _shape(text, r"[0-9]{17}[0-9X]", {18})
    if text[0] != "9" or text[1:3] not in PROVINCES:
        raise WrongIdentityNumber("province")
    birth = _date(text[6:14])
    _check_digit(text)
    return Identity("553", text, birth)


def _passport(text: str) -> Identity:
    """A document number of ICAO 9303: up to 9 letters and digits."""
    _shape(text, r"[A-Z0-9]+", set(range(5, 10)))
    return Identity("414", text)


def _hk_macao_permit(text: str) -> Identity:
    _shape(text, r"[HM][0-9]{8}([0-9]{2})?", {9, 11})
    return Identity("516", text)


def _taiwan_permit(text: str) -> Identity:
    _shape(text, r"[0-9]{8}|[0-9]{10}[A-Z]?", {8, 10, 11})
    return Identity("511", text)


KINDS: dict[str, IdentityKind] = {
    kind.code: kind
    for kind in (
        IdentityKind("111", Text("居民身份证", "Resident identity card"), _resident, verified=True),
        IdentityKind("553", Text("外国人永久居留身份证", "Foreign permanent resident card"), _permanent_residence),
        IdentityKind("414", Text("普通护照", "Passport"), _passport),
        IdentityKind("516", Text("港澳居民来往内地通行证", "Mainland permit, Hong Kong and Macao"), _hk_macao_permit),
        IdentityKind("511", Text("台湾居民来往大陆通行证", "Mainland permit, Taiwan"), _taiwan_permit),
        IdentityKind("159", Text("港澳居民居住证", "Residence permit, Hong Kong and Macao"), _hk_macao_residence),
        IdentityKind("160", Text("台湾居民居住证", "Residence permit, Taiwan"), _taiwan_residence),
    )
}
