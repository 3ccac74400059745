"""Standards of items as this node knows them (事项标准): which there are, who follows them, adopting one.

Adopting is a version of the place's own definition that names the standard and declares, with reasons, what it does otherwise: signed by the
place, fetched by every other, kept for ever. Nothing else makes an agreement of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalogue.checks import Fault
from tongban.catalogue.deviating import Standard, find_deviation_faults, read_standard
from tongban.catalogue.documents import list_in_force, read_document
from tongban.catalogue.findings import Finding


@dataclass(frozen=True, slots=True)
class Offered:
    """A version that may be named as the standard of an item, with the places whose version in force names it."""

    standard: Standard
    followers: tuple[str, ...]


def find_deviations(document: Mapping[str, Any]) -> list[Finding]:
    """Deviations that are not declared (errors), declared ones that are none (warnings); nothing where it names no standard."""
    named = read_standard(document)
    return find_deviation_faults(document, read_document(named.definition) if named else None)


def find_undeclared(document: Mapping[str, Any]) -> list[Fault]:
    """What keeps it from publication, as publishing refuses it."""
    return [Fault(one.field, one.what) for one in find_deviations(document) if one.severity == "error"]


def name_standard(followed: Iterable[Standard | None]) -> Standard | None:
    """Of what places follow, the one that most of them name; the newest where as many name another."""
    named = Counter(one for one in followed if one)
    return max(named, key=lambda one: (named[one], one.version, one.definition), default=None)


def list_standards(key: str, *, on: date) -> list[Offered]:
    """What may be named: versions in force that follow no other, and those that somebody follows; the most followed first."""
    held = list_in_force(on=on, keys=[key])
    own = [Standard(one.region, one.version, one.hash) for one in held if one.standard is None]
    named = dict.fromkeys([*(one.standard for one in held if one.standard), *own])
    offered = [Offered(standard, tuple(one.region for one in held if one.standard == standard)) for standard in named]
    return sorted(offered, key=lambda one: (-len(one.followers), one.standard.region, one.standard.version))
