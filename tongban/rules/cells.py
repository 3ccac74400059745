"""Cells of decision tables as officials write them: what one element must be. Empty and - say nothing.

是 否 · normal · normal、ended · != ended · >= 18 · 18..60 · 2026-01-01..2026-12-31 · "a text, with a comma"
"""

import re

from tongban.kernel.text import Text
from tongban.rules.facts import ElementType, Value, fits
from tongban.rules.faults import BadCondition
from tongban.rules.inference import TYPE_NAMES
from tongban.rules.tree import Binary, Element, InList, Literal, Node, Unary

MAX_CELL = 400
ANY = ("", "-", "—")
TRUTHS = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
SIGN = re.compile(r"(>=|<=|!=|>|<|≥|≤|≠)\s*")
SIGNS = {"≥": ">=", "≤": "<=", "≠": "!="}
PIECE = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^"、,，]*?))\s*(?:[、,，]|$)')
WRONG_VALUE = Text("“{it}”不是{zh}", "'{it}' is no {en}")
NO_ORDER = Text("只有整数和日期可以比较大小", "only integers and days have an order")
NO_CELL = Text("单元格无法识别", "the cell cannot be read")


def read_cell(text: str, name: str, type: ElementType) -> Node | None:
    """What the cell asks of the element; None when it asks nothing. Raises `BadCondition`."""
    if len(text) > MAX_CELL:
        raise BadCondition(text[:40] + "…", MAX_CELL, NO_CELL)
    stripped = text.strip()
    if stripped in ANY:
        return None
    element = Element(name, type)
    if type == "boolean":
        value = _value(stripped, type, text)
        return element if value is True else Unary("!", element)
    if sign := SIGN.match(stripped):
        return _compared(element, SIGNS.get(sign[1], sign[1]), stripped[sign.end() :], text)
    low, dots, high = stripped.partition("..")
    if dots and _is_ordered(type):
        return Binary("&&", _compared(element, ">=", low, text), _compared(element, "<=", high, text))
    return _one_of(element, "==", stripped, text)


def _compared(element: Element, operator: str, rest: str, cell: str) -> Node:
    if operator == "!=":
        return _one_of(element, operator, rest, cell)
    if not _is_ordered(element.type):
        raise BadCondition(cell, 0, NO_ORDER)
    return Binary(operator, element, Literal(_value(rest.strip(), element.type, cell)))


def _one_of(element: Element, operator: str, rest: str, cell: str) -> Node:
    values = tuple(Literal(_value(piece, element.type, cell)) for piece in _pieces(rest, cell))
    if len(values) == 1:
        return Binary(operator, element, values[0])
    among = InList(element, values)
    return among if operator == "==" else Unary("!", among)


def _pieces(text: str, cell: str) -> list[str]:
    pieces: list[str] = []
    end = 0
    while end < len(text) or not pieces:
        found = PIECE.match(text, end)
        if found is None or found.end() == end:
            raise BadCondition(cell, 0, NO_CELL)
        pieces.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        end = found.end()
    return pieces


def _is_ordered(type: ElementType) -> bool:
    return type in ("integer", "date")


def _value(text: str, type: ElementType, cell: str) -> Value:
    value: Value | None = text
    if type == "boolean":
        value = TRUTHS.get(text.lower())
    elif type == "integer":
        value = int(text) if re.fullmatch(r"-?[0-9]{1,16}", text) else None
    if value is None or not fits(value, type):
        names = TYPE_NAMES[type]
        raise BadCondition(cell, 0, WRONG_VALUE, it=text, zh=names.zh, en=names.en)
    return value
