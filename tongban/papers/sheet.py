"""What stands on a paper, ready to be printed. Chinese: a paper of the procedure has one text."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Block:
    """A list (`items`) or a table (`rows` of label and value), under a heading or none."""

    heading: str
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper. `signs`: lines to sign on; `agency` is named at the foot with room for its seal, or empty. `practice`: no real effect."""

    title: str
    number: str
    addressee: str
    paragraphs: tuple[str, ...]
    blocks: tuple[Block, ...]
    closing: tuple[str, ...]
    signs: tuple[str, ...]
    agency: str
    date: str
    foot: str
    practice: bool
    made_at: datetime
