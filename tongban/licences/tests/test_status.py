"""Status lists: what goes in comes out; old ones, foreign ones and bombs are refused."""

import random
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.licences import status
from tongban.licences.status import BadList, StatusList, build_bits, read_list, sign_list
from tongban.licences.tests.stand import Stand, new_key
from tongban.licences.tokens import read_token, sign_token, to_base64url

stand = Stand()
ADDRESS = "http://linyi.localhost/licences/status/371424-1"


def sign(built: StatusList, key=stand.event_key) -> str:  # type: ignore[no-untyped-def]
    return sign_list(built, address=ADDRESS, key=key)


def rewritten(**changes: object) -> str:
    _, claims = read_token(sign(stand.status()), type=status.TYPE, public_key_of=stand.issuers.public_key)
    return sign_token(claims | changes, type=status.TYPE, key=stand.event_key)


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 30))),
    st.dictionaries(st.integers(0, 2999), st.integers(1, 3)),
)
def test_every_place_keeps_its_status_and_the_others_are_nobodys(
    drawn: list[tuple[int, int]], others: dict[int, int]
) -> None:
    runs = [(first, first + more) for first, more in drawn]
    held = {index for first, last in runs for index in range(first, last + 1)}
    within = {index: value for index, value in others.items() if index in held}
    built = replace(stand.status(), bits=build_bits(runs, within.items()))
    said = {index: within.get(index, status.VALID) for index in held}
    assert all(built.get(index) == said.get(index, status.NOT_YET) for index in range(-1, 5000))


def test_what_came_between_two_looks_is_not_confirmed() -> None:
    built = replace(stand.status(), bits=build_bits([(0, 9)], [(5000, status.NOT_YET)]))
    assert built.get(5000) == status.NOT_YET


def test_a_signed_list_reads_as_it_was_built() -> None:
    built = stand.status((7, status.INVALID))
    assert read_list(sign(built), issuers=stand.issuers) == built


def test_a_list_of_a_million_travels() -> None:
    drawn = random.Random(7).sample(range(1_000_000), 150_000)
    built = replace(stand.status(), bits=build_bits([(0, 999_999)], [(index, status.INVALID) for index in drawn]))
    token = sign(built)
    assert len(token) > 150_000
    assert read_list(token, issuers=stand.issuers) == built


def test_it_counts_five_minutes_and_a_little_for_its_way() -> None:
    built, ends = stand.status(age=timedelta(0)), stand.at + timedelta(minutes=5)
    assert not built.is_stale(ends) and not built.is_stale(ends + timedelta(seconds=29))
    assert built.is_stale(ends + status.LATE) and built.is_stale(stand.at - timedelta(minutes=2))


def test_nobody_makes_a_list_last_longer() -> None:
    built = stand.status(age=timedelta(0))
    long = read_list(rewritten(exp=int(stand.at.timestamp()) + 10**7, ttl=10**6), issuers=stand.issuers)
    assert long.expires_at - long.made_at == built.ttl == status.TTL


@pytest.mark.parametrize("key", [new_key("event"), stand.licence_key, stand.stranger])
def test_only_the_event_key_of_the_region_signs_it(key) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadList):
        read_list(sign(stand.status(), key), issuers=stand.issuers)


def test_a_list_of_a_region_elsewhere_is_refused() -> None:
    with pytest.raises(BadList):
        read_list(sign(replace(stand.status(), list="371621-1")), issuers=stand.issuers)


def test_bombs_and_other_shapes_are_refused() -> None:
    bomb = to_base64url(zlib.compress(bytes(status.MAX_LICENCES)))
    for changes in (
        {"status_list": {"bits": 2, "lst": bomb}},
        {"status_list": {"bits": 1, "lst": ""}},
        {"iat": "now"},
        {"iat": 10**15},
    ):
        with pytest.raises(BadList):
            read_list(rewritten(**changes), issuers=stand.issuers)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "EdDSA"])
def test_another_algorithm_is_refused(alg: str) -> None:
    _, body, signature = sign(stand.status()).split(".")
    header = to_base64url(f'{{"alg":"{alg}","kid":"{stand.event_key.id}","typ":"{status.TYPE}"}}'.encode())
    with pytest.raises(BadList):
        read_list(f"{header}.{body}.{signature}", issuers=stand.issuers)
