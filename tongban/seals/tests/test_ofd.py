"""A licence as OFD: the page that was printed, sealed, proved, shown. What was touched is refused."""

import io
import zipfile

import pytest
from asn1crypto.algos import DSASignature
from fontTools.ttLib import TTFont
from gmalg import SM2
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tongban.kernel import sm2
from tongban.seals import gb38540, sm2_certificates
from tongban.seals.gb38540 import BadSeal
from tongban.seals.ofd import package
from tongban.seals.ofd.from_pdf import draw_pdf
from tongban.seals.ofd.package import NotOfd
from tongban.seals.ofd.page import Words
from tongban.seals.ofd.sealing import attach_seal, prepare_seal
from tongban.seals.ofd.showing import show_ofd
from tongban.seals.ofd.verifying import verify_ofd
from tongban.seals.tests import ofd_cast as cast

CONTENT = "Doc_0/Pages/Page_0/Content.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"


def _verify(data):
    return verify_ofd(data, trusted=[cast.authority().certificate])


def _reason(data):
    with pytest.raises((BadSeal, NotOfd)) as raised:
        _verify(data)
    return raised.value.reason


def _changed(files):
    """The sealed file with other contents, or without the files that are None."""
    kept = package.unpack(cast.sealed()) | files
    return package.pack({name: data for name, data in kept.items() if data is not None})


def test_the_page_keeps_every_character_where_it_was_printed():
    (page,) = draw_pdf(cast.printed()).pages
    words = [item for item in page.items if isinstance(item, Words)]
    assert {"公共场所卫生许可证", "样张", "济阳区一号"} <= {line.text for line in words}
    assert all(len(line.text) == len(line.at) for line in words)
    assert (round(page.width), round(page.height)) == (210, 297)


def test_the_fonts_hold_the_characters_of_the_page_and_no_others():
    drawing = draw_pdf(cast.printed())
    shown = {char for page in drawing.pages for item in page.items if isinstance(item, Words) for char in item.text}
    held = {chr(code) for font in drawing.fonts for code in TTFont(io.BytesIO(font.data)).getBestCmap()}
    assert held == shown
    assert sum(len(font.data) for font in drawing.fonts) < 40_000


def test_the_same_page_gives_the_same_bytes():
    drawing = draw_pdf(cast.printed())
    again = cast.write_ofd(
        drawing.pages, fonts=drawing.fonts, titled=cast.TITLED, attachments={"licence.txt": b"TB1.AAAA"}
    )
    assert again == cast.unsealed()


def test_a_sealed_licence_says_who_sealed_it_and_what_lies_in_it():
    found = _verify(cast.sealed())
    assert (found.sealed.owner, found.sealed.at, found.page, found.place) == (
        "临邑县卫生健康局",
        cast.AT,
        0,
        cast.PLACE,
    )
    assert found.attachments == {"licence.txt": b"TB1.AAAA"}


def test_another_implementation_verifies_the_seal():
    files = package.unpack(cast.sealed())
    data, signature, certificate = gb38540.signed_by_owner(files[VALUE])
    numbers = DSASignature.load(signature).native
    other = SM2(pk=sm2_certificates.public_of(certificate), uid=sm2.SIGNER)
    assert other.verify(data, *(numbers[name].to_bytes(32, "big") for name in "rs"))
    assert gb38540.digest(files["Doc_0/Signs/Sign_0/Signature.xml"]) in data


def test_what_is_not_sealed_or_sealed_twice_is_refused():
    assert _reason(cast.unsealed()) == "not_sealed"
    with pytest.raises(NotOfd):
        prepare_seal(cast.sealed(), at=cast.AT, page=0, place=cast.PLACE)


def test_a_seal_of_another_authority_is_refused():
    stranger = sm2_certificates.make_authority(
        name="印章管理中心", secret=sm2.new_secret(), serial=1, from_=cast.AT - cast.YEAR, until=cast.AT + cast.YEAR
    )
    with pytest.raises(BadSeal, match="maker_unknown"):
        verify_ofd(cast.sealed(), trusted=[stranger.certificate])


@pytest.mark.parametrize("name", sorted(package.unpack(cast.sealed())))
def test_no_file_of_the_package_can_be_edited_or_taken_away(name):
    data = package.unpack(cast.sealed())[name]
    middle = len(data) // 2
    assert _reason(_changed({name: data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]}))
    assert _reason(_changed({name: None}))


def test_an_edited_word_is_refused_as_altered():
    edited = package.unpack(cast.sealed())[CONTENT].replace("一号".encode(), "二号".encode())
    assert _reason(_changed({CONTENT: edited})) == "altered"


def test_a_file_beside_those_that_were_sealed_is_refused():
    assert _reason(_changed({"Doc_0/Res/more.otf": b"more"})) == "added"


def test_the_seal_of_another_licence_is_refused():
    prepared = prepare_seal(cast.unsealed(), at=cast.AT, page=0, place=cast.PLACE)
    other = package.unpack(cast.sealed())[VALUE]
    moved = attach_seal(prepare_seal(cast.unsealed(), at=cast.AT, page=0, place=cast.Box(1, 1, 9, 9)), signature=other)
    assert _reason(moved) == "other_content"
    assert _verify(attach_seal(prepared, signature=other))


def test_another_algorithm_is_refused():
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    swapped = package.unpack(cast.unsealed())
    description = package.unpack(cast.sealed())[name].replace(gb38540.SM3_OID.encode(), b"2.16.840.1.101.3.4.2.1")
    signature = gb38540.sign(
        seal=cast.seal(), digest=gb38540.digest(description), subject=f"/{name}", owner=cast.owner(), at=cast.AT
    )
    signed = {
        name: description,
        VALUE: signature,
        package.SIGNATURES: package.unpack(cast.sealed())[package.SIGNATURES],
    }
    assert _reason(package.pack({**swapped, **signed})) == "algorithm"


def _doubled():
    out = io.BytesIO(cast.sealed())
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(CONTENT, b"<other/>")
    return out.getvalue()


def _zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"", "not_ofd"),
        (lambda: b"%PDF-1.7\n" + cast.sealed(), "not_ofd"),
        (lambda: cast.sealed() + b"%PDF-1.7", "not_ofd"),
        (_doubled, "not_ofd"),
        (lambda: _zipped("../OFD.xml", b"x"), "not_ofd"),
        (lambda: _zipped("OFD.xml", bytes(40 * 1024 * 1024)), "too_large"),
        (lambda: bytes(9 * 1024 * 1024), "too_large"),
        (lambda: _changed({package.SIGNATURES: b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"}), "not_ofd"),
    ],
    ids=["empty", "before", "behind", "doubled", "outside", "bomb", "huge", "entity"],
)
def test_what_is_no_plain_ofd_is_refused(make, reason):
    assert _reason(make()) == reason


@given(st.integers(min_value=0, max_value=len(cast.sealed()) - 1), st.integers(min_value=1, max_value=255))
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_shows_the_same_page_or_is_refused(place, change):
    data = cast.sealed()
    try:
        found = _verify(data[:place] + bytes([data[place] ^ change]) + data[place + 1 :])
    except (BadSeal, NotOfd):
        return
    # Some bytes of the container mean nothing: dates, versions.
    assert found == _verify(data)


def test_the_viewer_shows_page_and_seal():
    (svg,) = show_ofd(cast.sealed())
    root = etree.fromstring(svg)
    texts = [text.text for text in root.iter("{*}text")]
    assert "公共场所卫生许可证" in texts
    assert [image.get("width") for image in root.iter("{*}image")] == ["42"]
    assert not list(root.iter("{*}script"))
    assert not list(etree.fromstring(show_ofd(cast.unsealed())[0]).iter("{*}image"))
