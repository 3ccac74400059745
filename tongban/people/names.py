"""Names of people, as they are: with "·", rare and private-use characters, Latin letters. A name is never a mismatch for its script."""

import re
import unicodedata

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

MAX_LENGTH = 100

_DOTS = re.compile(r"\s*[·•‧・･．∙⋅]\s*")
_ALLOWED_MARKS = set(" ·-'’.")


class WrongName(Refused):
    """The text cannot be the name of a person. The name itself is not kept here."""

    status = 422
    text = Text("姓名有误：{why.zh}。", "The name is wrong: {why.en}.")
    advice = Text(
        "请按证件填写；生僻字打不出时请到窗口办理。",
        "Write it as on the document; if a character cannot be typed, come to the counter.",
    )


def check_name(text: str) -> str:
    """The name with one kind of "·" and single spaces. Refuses `WrongName`.

    No Unicode normalisation: it would change compatibility ideographs that stand on identity cards.
    """
    name = " ".join(_DOTS.sub("·", text).split())
    if not name:
        raise WrongName(why=Text("没有填写", "nothing was entered"))
    if len(name) > MAX_LENGTH:
        raise WrongName(why=Text("太长", "it is too long"))
    if not all(_belongs(character) for character in name) or not any(_is_letter(character) for character in name):
        raise WrongName(why=Text("含有数字或符号", "it holds digits or symbols"))
    return name


def needs_a_person(name: str) -> bool:
    """Whether registers may write this name in another way, so that a person compares it and no rule refuses it."""
    return not all("\u4e00" <= character <= "\u9fa5" for character in name)


def _belongs(character: str) -> bool:
    return _is_letter(character) or character in _ALLOWED_MARKS


def _is_letter(character: str) -> bool:
    # Co: private-use characters, in which old systems wrote rare names. Mn: accents written apart.
    return character == "〇" or unicodedata.category(character) in {"Lo", "Lu", "Ll", "Lt", "Lm", "Mn", "Mc", "Co"}
