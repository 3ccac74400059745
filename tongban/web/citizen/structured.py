"""What search engines read of a guide (结构化数据): schema.org in JSON-LD, and only what somebody has checked.

The data block holds no code, so the content security policy, which forbids scripts in a page, lets it stand there.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from tongban.catalogue.definition import Definition
from tongban.regions import queries as regions

AUDIENCES = {"person": "Citizen", "organisation": "Business"}
# As Django's json_script does it: nothing in it can end the block or begin another.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def describe(definition: Definition, *, language: str, address: str, halls: Iterable[regions.Hall]) -> dict[str, Any]:
    """A `GovernmentService`. `address` is the guide's own."""
    place = regions.path_text(definition.region).in_(language)
    area = {"@type": "AdministrativeArea", "name": place, "identifier": definition.region}
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": definition.name.in_(language),
        "description": definition.summary.in_(language),
        "url": address,
        "areaServed": area,
        "provider": {
            "@type": "GovernmentOrganization",
            "name": definition.department.in_(language),
            "areaServed": area,
        },
        "audience": [{"@type": "Audience", "audienceType": AUDIENCES[one]} for one in definition.audience],
        "availableChannel": _channels(definition, address, halls, language),
    }
    if definition.code.verified:
        said["identifier"] = definition.code.value
    if definition.fee.verified and definition.fee.fen == 0:
        said["isAccessibleForFree"] = True
    return said


def as_script(data: dict[str, Any]) -> SafeString:
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  escaped above


def _channels(
    definition: Definition, address: str, halls: Iterable[regions.Hall], language: str
) -> list[dict[str, Any]]:
    channels: list[dict[str, Any]] = [{"@type": "ServiceChannel", "serviceUrl": address}]
    channels += [
        {"@type": "ServiceChannel", "servicePhone": {"@type": "ContactPoint", "telephone": contact.value}}
        for contact in definition.contacts
        if contact.verified and contact.value
    ]
    return channels + [{"@type": "ServiceChannel", "serviceLocation": _hall(hall, language)} for hall in halls]


def _hall(hall: regions.Hall, language: str) -> dict[str, Any]:
    return {
        "@type": "GovernmentOffice",
        "name": hall.title.in_(language),
        "address": hall.where.in_(language),
        "telephone": hall.phone,
    }
