"""Pictures, licence files and credentials as people bring them; and the files that are something else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from tests.cast import LUO
from tongban.kernel import strictjson
from tongban.licences.qr import SPECIMEN, draw_code, write_code
from tongban.licences.sd_jwt import present
from tongban.licences.showing import ATTACHMENT, MAX_FILE, write_licence_file
from tongban.licences.status import digest_of
from tongban.licences.tests.corpus import ofd
from tongban.licences.tests.stand import Stand, content, new_key
from tongban.licences.verdicts import Verdict
from tongban.licences.verifying import verify_file, verify_text
from tongban.seals import makers
from tongban.seals import pdf as pdf_seals
from tongban.seals.ofd.package import MAX_FILES, MAX_OPENED_BYTES, pack, unpack
from tongban.seals.tests import ofd_cast

stand = Stand()
SIGNED = stand.sign()
CODE = write_code(SIGNED)
FILE = write_licence_file(SIGNED, content())
ANOTHER = content(serial="37142401AAAAAAAAAAAAAAAA")
FILE_OF_ANOTHER = write_licence_file(stand.sign(ANOTHER), ANOTHER)
OTHER = write_code(stand.sign(ANOTHER))
NONE: Mapping[bytes, datetime] = {}
DAY = timedelta(days=1)
VALID = timedelta(days=300)
"""How long a seal may be used."""


def verify(data: bytes, **changes: Any) -> Verdict:
    known = {"issuers": stand.issuers, "lists_of": lambda names: {stand.status().list: stand.status()}, "at": stand.at}
    return verify_file(data, **(known | changes))


def picture(*codes: str, size: tuple[int, int] = (1400, 700)) -> Image.Image:
    page = Image.new("L", size, 255)
    for number, code in enumerate(codes):
        page.paste(Image.open(BytesIO(draw_code(code, scale=6))).convert("L"), (20 + 690 * number, 20))
    return page


def saved(image: Image.Image, kind: str = "PNG") -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def pdf(*codes: str, inside: bytes | None = None) -> bytes:
    """A page with these codes printed on it, and a licence file as attachment."""
    with pikepdf.open(BytesIO(saved(picture(*codes), "PDF"))) as document:
        if inside is not None:
            document.attachments[ATTACHMENT] = pikepdf.AttachedFileSpec(document, inside)
        out = BytesIO()
        document.save(out)
    return out.getvalue()


def test_a_picture_of_the_code_is_the_licence() -> None:
    turned = picture(CODE).rotate(7, expand=True, fillcolor=255)
    for data in (
        saved(picture(CODE)),
        saved(picture(CODE), "JPEG"),
        saved(turned, "WEBP"),
        CODE.encode(),
        CODE.encode() + b"\n",
    ):
        assert verify(data).good


def test_the_licence_file_brings_what_it_says() -> None:
    verdict = verify(FILE)
    assert verdict.good and verdict.content and verdict.content.holder.name == LUO.name


def test_one_picture_shows_one_licence() -> None:
    assert verify(saved(picture(CODE, OTHER))).reason == "mismatched"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-a-licence"), (b"hello", "not-a-licence"), (b"{}", "not-a-licence"), (b"%PDF-1.7 cut", "not-a-licence"),
        (FILE[:-1], "not-a-licence"), (FILE + b" ", "not-a-licence"), (b"\x89PNG\r\n\x1a\n cut", "not-a-licence"), (b"PK\x03\x04", "not-a-licence"),
        (saved(picture()), "not-a-licence"), (saved(picture("https://example.org/verify?id=1")), "not-a-licence"),
        (saved(picture(SPECIMEN)), "specimen"), (SPECIMEN.encode(), "specimen"),
        (saved(picture(CODE)) + pdf(CODE), "not-a-licence"), (saved(picture(CODE)) + b"PK\x03\x04", "not-a-licence"),
        (b"GIF89a" + pdf(CODE), "not-a-licence"), (bytes(MAX_FILE + 1), "too-large"), (b"%PDF-" + bytes(MAX_FILE), "too-large"),
    ],
    ids=range(17),
)  # fmt: skip
def test_what_is_something_else_says_so(data: bytes, reason: str) -> None:
    assert verify(data).reason == reason


@pytest.mark.parametrize(
    ("part", "broken"),
    [(b"/Count 1", b"/Count 2"), (b"(licence.tblic)", b"(licence\\000tblic)")],
    ids=["a page that is not there", "a name that ends early"],
)
def test_a_document_that_is_broken_inside_is_none(part: bytes, broken: bytes) -> None:
    assert verify(pdf(inside=FILE).replace(part, broken)).reason == "not-a-licence"


def test_an_ofd_with_a_name_that_is_no_text_is_none() -> None:
    files = {"Doc_0/é": b"", **unpack(ofd(FILE))}
    assert verify(pack(files).replace("é".encode(), b"\xff\xff")).reason == "not-a-licence"


def test_a_huge_picture_in_a_small_file_is_not_opened() -> None:
    assert verify(saved(Image.new("1", (9000, 9000)))).reason == "too-large"


def test_content_of_another_licence_under_this_code() -> None:
    value = strictjson.parse(FILE)
    another = strictjson.parse(FILE_OF_ANOTHER)
    assert verify(strictjson.canonical(value | {"content": another["content"]})).reason == "mismatched"


def test_a_credential_is_judged_like_its_licence() -> None:
    verdict = verify(present(stand.credential(), names=["holder_name"], at=stand.at).encode())
    assert verdict.good and verdict.told == {"holder_name": LUO.name}
    assert verify(stand.credential(key=new_key("event")).encode()).reason == "unknown-issuer"
    assert verify(stand.credential(key=stand.stranger).encode()).reason == "other-key"
    head, body, rest = stand.credential().split(".")
    assert verify(f"{head}.{body}.{'A' * 86}{rest[86:]}".encode()).reason == "altered"


def test_spaces_and_lines_of_a_message_do_not_matter() -> None:
    text = f"{CODE[:300]}\r\n {CODE[300:]}\n"
    known: Any = {"issuers": stand.issuers, "lists_of": lambda names: {}, "at": stand.at}
    assert verify_text(text, **known).reason == "status-unknown"


class Sealer:
    """The maker of seals of 临邑 and one seal, as the signer has them."""

    def __init__(self) -> None:
        self.key, self.maker_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        subject, day = makers.Subject("临邑县卫生健康局", "证照专用章"), stand.at.date()
        self.maker = makers.certify_maker(self.maker_key, subject=makers.Subject("临邑县"), at=stand.at)
        self.certificate = makers.certify_seal(
            self.key.public_key(), subject=subject, since=day, until=day + VALID, at=stand.at, maker=self.maker,
            maker_key=self.maker_key,
        )  # fmt: skip

    def seal(self, document: bytes, at: datetime = stand.at) -> bytes:
        prepared = pdf_seals.prepare(
            document, picture=pdf(), spot=pdf_seals.Spot(0, 40, 40), certificate=self.certificate, maker=self.maker,
            proof=pdf_seals.Proof(), stamped=False, name="Seal", at=at,
        )  # fmt: skip
        signature = self.key.sign(prepared.attributes, ec.ECDSA(hashes.SHA256()))
        return pdf_seals.embed(
            prepared, signature=signature, certificate=self.certificate, maker=self.maker, stamper=None
        )


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    return Sealer()


def judged(data: bytes, sealer: Sealer, *, stopped: Mapping[bytes, datetime] = NONE, **how: Any) -> str:
    """`stopped`: certificates of seals and since when."""
    ended = {digest_of(certificate): since for certificate, since in stopped.items()}
    known = replace(stand.status(**how), makers=(sealer.maker,), stopped=ended)
    return verify(data, lists_of=lambda names: {known.list: known}).reason.value


def test_a_sealed_document_is_the_licence(sealer: Sealer) -> None:
    assert judged(sealer.seal(pdf(CODE, inside=FILE)), sealer) == "genuine"
    assert judged(sealer.seal(pdf(CODE)), sealer) == "genuine"


def test_what_a_stopped_seal_sealed_counts_until_it_was_stopped(sealer: Sealer) -> None:
    sealed, second = sealer.seal(pdf(CODE, inside=FILE)), timedelta(seconds=1)
    before, after = {sealer.certificate: stand.at}, {sealer.certificate: stand.at + second}
    assert judged(sealed, sealer, stopped=before) == "seal-stopped"
    assert judged(sealed, sealer, stopped=before, age=timedelta(days=3)) == "seal-stopped"
    assert judged(sealed, sealer, stopped=after) == "genuine"
    assert judged(sealed, sealer, stopped={Sealer().certificate: stand.at}) == "genuine"


@pytest.mark.parametrize(
    ("at", "reason"),
    [(stand.at - DAY, "altered"), (stand.at + VALID, "genuine"), (stand.at + VALID + DAY, "altered")],
)
def test_a_seal_counts_in_its_own_days(sealer: Sealer, at: datetime, reason: str) -> None:
    assert judged(sealer.seal(pdf(CODE, inside=FILE), at), sealer) == reason


def test_a_stopped_seal_says_nothing_against_the_code(sealer: Sealer) -> None:
    assert judged(CODE.encode(), sealer, stopped={sealer.certificate: stand.at - timedelta(days=300)}) == "genuine"


def edited(document: bytes) -> bytes:
    """As an editor saves it: the page is another one, the rest is kept."""
    with pikepdf.open(BytesIO(document)) as opened:
        opened.pages[0].contents_add(b"0 0 100 100 re f")
        out = BytesIO()
        opened.save(out)
    return out.getvalue()


def test_documents_that_are_not_what_was_sealed(sealer: Sealer) -> None:
    sealed = sealer.seal(pdf(CODE, inside=FILE))
    flipped = sealed.replace(b"/MediaBox", b"/mediaBox", 1)
    assert judged(edited(sealed), sealer) == "altered"
    assert judged(flipped, sealer) == "altered"
    assert judged(sealed + b"\n% more\n", sealer) == "altered"
    assert judged(sealed + saved(picture(CODE)), sealer) == "altered"
    assert judged(Sealer().seal(pdf(CODE, inside=FILE)), sealer) == "other-key"
    assert judged(pdf(CODE, inside=FILE), sealer) == "unsealed"
    assert judged(pdf(OTHER, inside=FILE), sealer) == "mismatched"
    assert judged(pdf(SPECIMEN), sealer) == "specimen"
    assert judged(sealer.seal(pdf()), sealer) == "not-a-licence"
    assert verify(sealed, lists_of=lambda names: {}).reason == "status-unknown"


def test_an_ofd_is_judged_like_a_pdf() -> None:
    known = replace(stand.status(), makers=(ofd_cast.authority().certificate,))
    sealed, lists_of = ofd(FILE), lambda names: {known.list: known}
    assert verify(sealed, lists_of=lists_of).good
    assert verify(sealed).reason == "other-key"
    for since, reason in ((ofd_cast.AT, "seal-stopped"), (ofd_cast.AT + timedelta(seconds=1), "genuine")):
        ended = replace(known, stopped={digest_of(ofd_cast.owner().certificate): since})
        assert verify(sealed, lists_of=lambda names, ended=ended: {known.list: ended}).reason == reason
    assert verify(sealed, lists_of=lambda names: {}).reason == "status-unknown"
    assert verify(ofd(FILE, sealed=False), lists_of=lists_of).reason == "unsealed"
    assert verify(sealed + b"more", lists_of=lists_of).reason == "not-a-licence"
    files = unpack(sealed)
    swapped = {name: FILE_OF_ANOTHER if part == FILE else part for name, part in files.items()}
    assert verify(pack(swapped), lists_of=lists_of).reason == "altered"


@pytest.mark.parametrize(
    "more", [{"Doc_0/zeros": bytes(MAX_OPENED_BYTES)}, {f"Doc_0/{n}": b"" for n in range(MAX_FILES)}], ids=["bytes", "files"]
)  # fmt: skip
def test_an_ofd_that_becomes_huge_is_too_large(more: Mapping[str, bytes]) -> None:
    assert verify(pack(unpack(ofd(FILE)) | more)).reason == "too-large"


def test_what_becomes_huge_when_it_is_opened_is_not(sealer: Sealer) -> None:
    with pikepdf.open(BytesIO(pdf(CODE, inside=FILE))) as document:
        document.attachments[ATTACHMENT] = b"{" + bytes(48 * 1024 * 1024)
        out = BytesIO()
        document.save(out, compress_streams=True)
    assert len(out.getvalue()) < MAX_FILE
    assert verify(out.getvalue()).reason in {"not-a-licence", "too-large"}
