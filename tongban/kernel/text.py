"""Texts that people read, in every language of the product."""

from dataclasses import dataclass
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
