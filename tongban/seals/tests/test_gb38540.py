"""A seal is made, used and proved; what does not fit is refused with its reason."""

from datetime import UTC, datetime, timedelta

import gmalg
import pytest
from asn1crypto.algos import DSASignature

from tongban.kernel import sm2
from tongban.seals import gb38540, sm2_certificates
from tongban.seals.gb38540 import BadSeal, Picture
from tongban.seals.sm2_certificates import Signatory

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
DIGEST = gb38540.digest(b"what is sealed")


@pytest.fixture(scope="module")
def authority():
    return _authority("印章管理中心")


@pytest.fixture(scope="module")
def owner(authority):
    return _owner(authority, "临邑县卫生健康局")


@pytest.fixture(scope="module")
def seal(authority, owner):
    return _seal(authority, owner)


def _authority(name):
    return sm2_certificates.make_authority(
        name=name, secret=sm2.new_secret(), serial=1, from_=AT - YEAR, until=AT + 9 * YEAR
    )


def _owner(authority, name):
    secret = sm2.new_secret()
    made = sm2_certificates.issue_certificate(
        name=name, public=sm2.public_of(secret), by=authority, serial=2, from_=AT - YEAR, until=AT + YEAR
    )
    return Signatory(made, secret)


def _seal(maker, owner, **changes):
    values = {"from_": AT, "until": AT + YEAR, "at": AT} | changes
    picture = Picture("PNG", b"picture", 40, 40)
    return gb38540.make_seal(
        id="37142400000001", name="临邑县卫生健康局", owners=[owner.certificate], picture=picture, maker=maker, **values
    )


def _sign(seal, owner, **changes):
    return gb38540.sign(**{"seal": seal, "digest": DIGEST, "subject": "/a.xml", "owner": owner, "at": AT} | changes)


def _reason(signature, trusted, digest=DIGEST):
    with pytest.raises(BadSeal) as raised:
        gb38540.verify(signature, digest=digest, trusted=trusted)
    return raised.value.reason


def test_what_was_sealed_says_by_whom_and_when(authority, owner, seal):
    found = gb38540.verify(_sign(seal, owner), digest=DIGEST, trusted=[authority.certificate])
    assert (found.owner, found.at, found.subject, found.seal.picture.width) == ("临邑县卫生健康局", AT, "/a.xml", 40)
    assert found.seal.maker == "印章管理中心"


def test_another_implementation_verifies_the_signature(owner, seal):
    data, signature, certificate = gb38540.signed_by_owner(_sign(seal, owner))
    numbers = DSASignature.load(signature).native
    other = gmalg.SM2(pk=sm2_certificates.public_of(certificate), uid=sm2.SIGNER)
    assert other.verify(data, *(numbers[name].to_bytes(32, "big") for name in "rs"))


def test_other_content_is_refused(authority, owner, seal):
    assert _reason(_sign(seal, owner), [authority.certificate], gb38540.digest(b"edited")) == "other_content"


def test_a_seal_of_another_authority_is_refused(owner, seal):
    assert _reason(_sign(seal, owner), [_authority("印章管理中心").certificate]) == "maker_unknown"


def test_a_seal_is_used_only_by_those_whom_it_names(authority, seal):
    assert _reason(_sign(seal, _owner(authority, "临邑县卫生健康局")), [authority.certificate]) == "not_its_owner"


def test_a_seal_is_used_only_while_it_holds(authority, owner):
    late = _seal(authority, owner, until=AT - timedelta(days=1))
    assert _reason(_sign(late, owner), [authority.certificate]) == "not_in_force"
    assert _reason(_sign(_seal(authority, owner), owner, at=AT + 2 * YEAR), [authority.certificate]) == "owner_unknown"


def test_a_stolen_certificate_without_its_key_is_of_no_use(authority, owner, seal):
    thief = Signatory(owner.certificate, sm2.new_secret())
    assert _reason(_sign(seal, thief), [authority.certificate]) == "signature"


def test_every_changed_byte_is_refused(authority, owner, seal):
    signature = _sign(seal, owner)
    for place in range(0, len(signature), 9):
        changed = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        assert _reason(changed, [authority.certificate])


def test_a_swapped_algorithm_is_refused(authority, owner, seal):
    name = bytes.fromhex("06082a811ccf55018375")
    swapped = _sign(seal, owner).replace(name, bytes.fromhex("06082a8648ce3d040302"))
    assert _reason(swapped, [authority.certificate]) == "algorithm"


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"%PDF-1.7", b"\x30\x84\xff\xff\xff\xff"])
def test_what_is_no_seal_is_said_to_be_none(data):
    assert _reason(data, []) == "not_a_seal"
