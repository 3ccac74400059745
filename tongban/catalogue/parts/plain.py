"""Tables, lists under headings and pairs as lines of text that anybody can type (对照表、分段清单、对应关系). Pure.

What was written and read again is the same; what these lines cannot hold is left as it stands by whoever finds it unchanged.
"""

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

Json = Mapping[str, Any]
Words = dict[str, str]
LANGUAGES = ("zh", "en")
BAR = re.compile(r"(?<!\\)[|｜]")
ITEM = "- "


def write_grid(value: Json) -> Words:
    """A line for the heads of the columns, then one for each row: its name and its cells, with bars between."""
    return {language: "\n".join(_lines_of_grid(value, language)) for language in LANGUAGES}


def _lines_of_grid(value: Json, language: str) -> list[str]:
    rows = [[{"zh": "", "en": ""}, *value["columns"]], *([row["label"], *row["cells"]] for row in value["rows"])]
    return [" | ".join(one[language].replace("|", "\\|") for one in row).strip() for row in rows]


def read_grid(typed: Words) -> dict[str, Any] | None:
    """None where nothing is typed. What stands in one language only is empty in the other."""
    lines = [[_cells(line) for line in typed[language].split("\n") if line.strip()] for language in LANGUAGES]
    rows = [_pair(zh, en) for zh, en in zip_longest(*lines, fillvalue=[])]
    if not rows:
        return None
    head, *body = rows
    return {"columns": head[1:], "rows": [{"label": row[0], "cells": row[1:]} for row in body]}


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in BAR.split(line)]


def _pair(zh: list[str], en: list[str]) -> list[Words]:
    return [{"zh": one, "en": other} for one, other in zip_longest(zh, en, fillvalue="")]


def write_outline(value: list[Json]) -> Words:
    """Each heading, then its lines with a hyphen before them."""
    return {language: "\n\n".join(_section(one, language) for one in value) for language in LANGUAGES}


def _section(value: Json, language: str) -> str:
    return "\n".join([value["title"][language], *(f"{ITEM}{line[language]}" for line in value["lines"])])


def read_outline(typed: Words) -> list[dict[str, Any]] | None:
    sections = [_sections(typed[language]) for language in LANGUAGES]
    found: list[dict[str, Any]] = []
    for (title, lines), (other, others) in zip_longest(*sections, fillvalue=("", [])):
        found.append({"title": {"zh": title, "en": other}, "lines": _pair(lines, others)})
    return found or None


def _sections(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (line.strip() for line in text.split("\n")):
        if line.startswith(ITEM.strip()) and found:
            found[-1][1].append(line.removeprefix(ITEM.strip()).strip())
        elif line:
            found.append((line, []))
    return found


def write_pairs(value: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {one}" for name, one in value.items())


def read_pairs(typed: str) -> dict[str, str] | None:
    """A line without a sign of equality names something without a value."""
    pairs = (line.partition("=") for line in typed.split("\n") if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs} or None


Written = Callable[[Any], Words]
Read = Callable[[Words], Any]
FORMS: Mapping[str, tuple[Written, Read]] = {
    "grid": (write_grid, read_grid),
    "outline": (write_outline, read_outline),
}
"""Those in two languages."""
