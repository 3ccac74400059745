"""Texts that people read, in every language of the product."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A label in Chinese and English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, value: object) -> "Text":
        """Read `{"zh": …, "en": …}`; anything else is a ValueError."""
        if not isinstance(value, dict) or set(value) != {"zh", "en"}:
            raise ValueError("a text has exactly the keys zh and en")
        return cls(zh=str(value["zh"]), en=str(value["en"]))


def write_day(day: date) -> Text:
    """A day as people write it: 2026年11月20日, 20 November 2026."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}")
