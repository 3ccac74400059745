"""The shape of the signed payload."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import strictjson
from tongban.kernel.events import BadEvent, Baton, Clause, Payload, SealedRef, format_instant, parse_instant
from tongban.kernel.tests.factories import json_values, payload

CLAUSE = Clause("zone-1", 1, "3", "132036024004", "online", "370115", "371424")
PART = SealedRef("application", "1", "c" * 64, "d" * 64, 120)
FULL = payload(sealed=(PART,), baton=Baton("offer", "371424"), clause=CLAUSE)
WIRE = FULL.as_json()


def test_a_payload_survives_the_wire() -> None:
    assert Payload.from_json(strictjson.parse(strictjson.canonical(WIRE))) == FULL
    plain = replace(FULL, baton=None, clause=None, sealed=())
    assert Payload.from_json(plain.as_json()) == plain


def test_what_a_newer_version_adds_is_left_aside() -> None:
    assert Payload.from_json({**WIRE, "weather": "fine"}) == FULL


@pytest.mark.parametrize("key", [key for key in WIRE if key not in {"baton", "clause"}])
def test_a_missing_key_is_no_event(key: str) -> None:
    with pytest.raises(BadEvent):
        Payload.from_json({name: value for name, value in WIRE.items() if name != key})


@given(st.sampled_from([key for key in WIRE if key != "body"]), json_values)
def test_a_wrong_value_is_refused_or_means_itself(key: str, value: object) -> None:
    try:
        read = Payload.from_json({**WIRE, key: value})
    except BadEvent:
        return
    assert read.as_json().get(key) == value or (key in {"baton", "clause", "actor", "sealed"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seq", True), ("seq", "1"), ("crit", 1), ("aud", "370115"), ("aud", {"370115": 1}), ("sealed", ""), ("sealed", {}),
        ("case", WIRE["case"].upper().replace("-", "")), ("cmd", "{" + WIRE["cmd"] + "}"), ("at", "2026-11-20T10:00:00.000+08:00"),
        ("at", "2026-11-20"), ("body", []), ("actor", {"kind": "staff"}), ("baton", {"op": "seize"}), ("baton", {"op": "offer"}),
        ("baton", {"op": "accept", "to": "371424"}), ("clause", {}), ("sealed", [{"name": "x"}]),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_shape_is_no_event(key: str, value: Any) -> None:
    with pytest.raises(BadEvent):
        Payload.from_json({**WIRE, key: value})


@given(st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_an_instant_has_one_text_in_every_zone(moment: datetime, hours: int) -> None:
    at = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
    assert format_instant(elsewhere) == format_instant(at)
    assert parse_instant(format_instant(at)) == at


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        format_instant(datetime(2026, 11, 20))  # noqa: DTZ001
