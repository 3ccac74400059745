"""Reading fields that may hold anything. Nothing is lost in silence: what is guessed or not taken becomes a finding."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.catalogue.findings import Finding, Severity, keep, make_printable, show
from tongban.kernel.text import Text

Json = Mapping[str, Any]

MISSING = Text("没有这一项", "not given")
EMPTY = Text("这一项是空的", "empty")
NOT_TEXT = Text("应为文字，未采用", "not a text: not taken")
NUMBER_AS_TEXT = Text("应为文字，这里是数字，按文字采用", "a number where a text belongs: taken as text")
NOT_A_LIST = Text("应为列表，未采用", "not a list: not taken")
NOT_A_ROW = Text("列表中的这一项不是对象，未采用", "this entry of the list is no object: not taken")
NOT_A_NUMBER = Text("读不出数，未采用", "no number can be read: not taken")
NUMBER_IN_WORDS = Text("不只是半角数字，按{number}采用", "a number with words or unusual digits: taken as {number}")
NOT_WHOLE = Text("不是非负整数，未采用", "not a whole number from 0: not taken")
TOO_GREAT = Text("数字过大，不可信，未采用", "too great to be believed: not taken")
UNKNOWN = Text(
    "未知的取值“{word}”，未采用，原值保留待核", "unknown value “{word}”: not taken, kept for somebody to settle"
)
GUESSED = Text("推测：{zh}", "guessed: {en}")
SEPARATOR = Text(
    "分隔符与通常的“{usual}”不同，按多个取值读", "separated otherwise than by “{usual}”: read as several values"
)
TWICE = Text("“{word}”出现了两次", "“{word}” stands twice")
TRIMMED = Text("首尾多余的标点或空白已去掉", "punctuation or space at its ends was cut off")
UNPRINTABLE = Text("有无法显示的字符，已替换", "holds characters that cannot be shown: replaced")
NOT_TAKEN = Text("不认识或不使用的字段，未采用", "a field that is not known or not used: not taken")

SEPARATORS = re.compile(r"[\^、/,，;；|]")
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)")
GREATEST = 100_000


class FieldReader:
    """The fields of one object, with the tables of its format. `at` goes before every field in findings, `inside` before what is unread:
    where the record stands in its file is not said in the record."""

    def __init__(
        self, given: Json, tables: Json, findings: list[Finding], unread: dict[str, Any], at: str = "", inside: str = ""
    ) -> None:
        self._given, self._tables, self._findings, self._unread = given, tables, findings, unread
        self._at, self._inside = at, inside
        self._read: set[str] = set()

    def tell(self, key: object, value: object, what: Text, severity: Severity = "warning", **words: Any) -> None:
        filled = Text(what.zh.format(**words), what.en.format(**words))
        finding = Finding(make_printable(f"{self._at}{key}"), show(value), filled, severity)
        if finding not in self._findings:
            self._findings.append(finding)

    def leave(self, key: str, value: object, what: Text, **words: Any) -> None:
        """Not taken: told, and kept as it stands."""
        self.tell(key, value, what, **words)
        self._keep(key, value)

    def value(self, key: str, *, wanted: bool = True) -> Any:
        """As it stands there; None with a finding where it is wanted and not there."""
        self._read.add(key)
        value = self._given.get(key)
        empty = value in ("", [], {}) or (isinstance(value, str) and not value.strip())
        if wanted and value is None:
            self.tell(key, None, MISSING)
        elif wanted and empty:
            self.tell(key, value, EMPTY)
        return None if empty else value

    def text(self, key: str, *, wanted: bool = True) -> str:
        value = self.value(key, wanted=wanted)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.tell(key, value, NUMBER_AS_TEXT, "info")
            value = str(value)
        if isinstance(value, str):
            return self._clean(key, value)
        if value is not None:
            self.leave(key, value, NOT_TEXT)
        return ""

    def name(self, key: str) -> str:
        """A text that is a name: the full stop or semicolon of a sentence behind it is cut off, which is told."""
        text = self.text(key)
        bare = text.rstrip("。；;，, ")
        if bare != text:
            self.tell(key, text, TRIMMED, "info")
        return bare

    def number(self, key: str, *, wanted: bool = True) -> int | None:
        """A whole number from 0. `1.0` is one; words around a single number are told."""
        given = self.value(key, wanted=wanted)
        value = self._number_in(key, given) if isinstance(given, str) else given
        if value is None:
            return None
        if wrong := _wrong_number(value):
            self.leave(key, given, wrong)
            return None
        return int(value)

    def flag(self, key: str, *, wanted: bool = True) -> bool | None:
        value = self.value(key, wanted=wanted)
        if isinstance(value, bool):
            return value
        found = None if value is None else self._choose(key, value, "flag")
        return found if isinstance(found, bool) else None

    def choice(self, key: str) -> Any:
        """Our value for one word of the format's table; None when it is not there or not known."""
        value = self.value(key)
        return None if value is None else self._choose(key, value, key)

    def choices(self, key: str, *, wanted: bool = True) -> tuple[Any, ...]:
        """Our values for several words in one text, each known or told."""
        value = self.value(key, wanted=wanted)
        if isinstance(value, list):
            words = value
        elif isinstance(value, str):
            words = self._split(key, value)
        else:
            if value is not None:
                self.leave(key, value, NOT_TEXT)
            return ()
        for word in dict.fromkeys(word for word in words if isinstance(word, str) and words.count(word) > 1):
            self.tell(key, value, TWICE, word=word)
        found = [self._choose(key, word, key, whole=value) for word in words]
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def rows(self, key: str, *, wanted: bool = True) -> Iterator["FieldReader"]:
        """A reader for each object of a list."""
        value = self.value(key, wanted=wanted)
        if value is not None and not isinstance(value, list):
            self.leave(key, value, NOT_A_LIST)
            return
        for number, row in enumerate(value or ()):
            if isinstance(row, dict):
                at, inside = (f"{before}{key}[{number}]." for before in (self._at, self._inside))
                yield FieldReader(row, self._tables, self._findings, self._unread, at, inside)
            else:
                self.leave(f"{key}[{number}]", row, NOT_A_ROW)

    def finish(self) -> None:
        """Tells every field that nobody has read."""
        for key in self.keep_rest():
            self.tell(key, self._given[key], NOT_TAKEN, "info")

    def keep_rest(self) -> list[Any]:
        """Which fields nobody has read, in their order. They are kept, and for the caller to tell."""
        rest = [key for key in self._given if key not in self._read]
        for key in rest:
            self._keep(key, self._given[key])
        return rest

    def _choose(self, key: str, word: object, table: str, *, whole: object = None) -> Any:
        bare = unicodedata.normalize("NFKC", word).strip() if isinstance(word, str) else word
        values = self._tables["values"][table]
        entry = values.get(word, values.get(bare)) if isinstance(word, str) else values.get(str(word))
        if entry is None:
            self.leave(key, word if whole is None else whole, UNKNOWN, word="null" if word is None else show(word))
            return None
        if isinstance(entry, dict):
            self.tell(key, word if whole is None else whole, GUESSED, "info", **entry["guess"])
            return entry["is"]
        return entry

    def _split(self, key: str, text: str) -> list[str]:
        usual = self._tables["separators"][key]
        if text in self._tables["values"][key] or not SEPARATORS.search(text):
            return [text]
        if set(SEPARATORS.findall(text)) != {usual}:
            self.tell(key, text, SEPARATOR, "info", usual=usual)
        return [word for part in SEPARATORS.split(text) if (word := part.strip())]

    def _number_in(self, key: str, text: str) -> int | float | None:
        plain = unicodedata.normalize("NFKC", text).strip()
        found = NUMBER.findall(plain) if len(plain) <= 100 else []
        if len(found) != 1:
            self.leave(key, text, NOT_A_NUMBER)
            return None
        number = float(found[0]) if "." in found[0] else int(found[0])
        if found[0] != text.strip():
            self.tell(key, text, NUMBER_IN_WORDS, number=found[0])
        return number

    def _clean(self, key: str, value: str) -> str:
        text = make_printable(value)
        if text != value or any(
            unicodedata.category(one) in ("Cc", "Co", "Cn") and one not in "\n\r\t" for one in text
        ):
            self.tell(key, value, UNPRINTABLE)
            text = "".join(
                one for one in text if one in "\n\r\t" or unicodedata.category(one) not in ("Cc", "Co", "Cn")
            )
        return text.strip()

    def _keep(self, key: object, value: object) -> None:
        self._unread[make_printable(f"{self._inside}{key}")] = keep(value)


def _wrong_number(value: Any) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NOT_A_NUMBER
    if not 0 <= value < float("inf") or value != int(value):
        return NOT_WHOLE
    return TOO_GREAT if value > GREATEST else None
