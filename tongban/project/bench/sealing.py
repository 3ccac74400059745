"""licence_sign_ratio: one licence signed, proved, typeset, prepared, sealed and stamped (B-LT), beside bare pyHanko doing its part on the same PDF.

Seconds of one core (process time), in turns. Both have the same seal, certificates and time-stamp authority, in this process; neither asks a
network or a database. Needs no node.
"""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from statistics import median
from typing import Any

from asn1crypto import keys
from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tongban.kernel.crypto import SUITES
from tongban.licences.content import Content
from tongban.licences.face import StatusPlace, make_face, sign_face, verify_face
from tongban.licences.forms.printing import print_licence, spot_of
from tongban.licences.forms.specimens import make_specimen
from tongban.licences.types import get_type
from tongban.project.bench.running import Sizes
from tongban.seals import makers, pdf, pictures, stamping

TURNS, WARM_UP = 25, 3
ECDSA = ec.ECDSA(hashes.SHA256())
_OWNER = "某某市行政审批服务局"


def measure(ground: Any, sizes: Sizes) -> dict[str, float]:
    """In a process of its own, whose settings name no node."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tongban.project.settings", "TONGBAN_MODE": "demo"}
    done = subprocess.run([sys.executable, "-m", __name__], env=env, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare() -> dict[str, float]:
    bench = Bench()
    ours, bare = [], []
    for turn in range(WARM_UP + TURNS):
        issued, form = _timed(partial(bench.issue, turn))
        signed, _ = _timed(partial(bench.sign_bare, form))
        if turn >= WARM_UP:
            ours.append(issued)
            bare.append(signed)
    return {
        "licence_sign_ratio": round(median(ours) / median(bare), 2),
        "licences_sealed_per_s": round(1 / median(ours), 1),
    }


class Bench:
    """Keys, a seal and a time-stamp authority of their own."""

    def __init__(self) -> None:
        self.at = at = datetime.now(UTC)
        self.suite = SUITES[1]
        self.key = self.suite.new_signing_key(owner="bench.licence")
        maker_key, self.seal_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.maker = makers.certify_maker(maker_key, subject=makers.Subject("制章", "测量"), at=at)
        self.certificate = makers.certify_seal(
            self.seal_key.public_key(), subject=makers.Subject(_OWNER), since=at.date(), until=at.date() + timedelta(days=365), at=at,
            maker=self.maker, maker_key=maker_key,
        )  # fmt: skip
        ended = makers.list_ended([], maker=self.maker, maker_key=maker_key, number=1, at=at)
        self.authority = stamping.make_authority(name="测量时间戳", at=at)
        self.proof = pdf.join(pdf.Proof((self.certificate, self.maker), (ended,)), self.authority.proof())
        self.picture = pictures.draw_pdf(pictures.Engraving(_OWNER, "行政审批专用章", "9900000000001", True))
        self.specimen = make_specimen(get_type("hygiene-licence"), issuer=_OWNER, year=at.year)

    def issue(self, turn: int) -> bytes:
        """Everything; the form before it was sealed."""
        content = self._content(turn)
        face = make_face(content, key_id=self.key.id, status=StatusPlace("bench", turn), suite=self.suite)
        signed = sign_face(face, key=self.key, suite=self.suite)
        verify_face(signed, suite=self.suite, public_key_of=lambda _: self.key.public)
        form = print_licence(content, face, signed.signature)
        prepared = pdf.prepare(
            form, picture=self.picture, spot=spot_of(content.template), certificate=self.certificate, maker=self.maker,
            proof=self.proof, stamped=True, name=_OWNER, at=self.at,
        )  # fmt: skip
        if not prepared.is_whole():
            raise AssertionError("what was prepared must be whole")
        signature = self.seal_key.sign(prepared.attributes, ECDSA)
        self.seal_key.public_key().verify(signature, prepared.attributes, ECDSA)
        pdf.embed(
            prepared,
            signature=signature,
            certificate=self.certificate,
            maker=self.maker,
            stamper=self.authority.stamper(),
        )
        return form

    def sign_bare(self, form: bytes) -> bytes:
        """As pyHanko's manual has it: B-LT with a validation context."""
        secret = self.seal_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        known = SimpleCertificateStore.from_certs([Certificate.load(self.maker)])
        signer = SimpleSigner(Certificate.load(self.certificate), keys.PrivateKeyInfo.load(secret), known)
        context = ValidationContext(
            trust_roots=[Certificate.load(self.maker), Certificate.load(self.authority.root)], allow_fetching=False,
            crls=[CertificateList.load(each) for each in self.proof.lists],
        )  # fmt: skip
        meta = PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=context,
        )
        work = PdfSigner(
            meta, signer, timestamper=self.authority.stamper(), stamp_style=pdf.style_of(self.picture),
            new_field_spec=SigFieldSpec("Seal", on_page=0, box=(500, 100, 620, 220)),
        )  # fmt: skip
        done: BytesIO = work.sign_pdf(IncrementalPdfFileWriter(BytesIO(form)))
        return done.getvalue()

    def _content(self, turn: int) -> Content:
        return replace(self.specimen, number=f"测量〔2026〕第{turn:06d}号")


def _timed(act: Callable[[], bytes]) -> tuple[float, bytes]:
    begun = time.process_time()
    done = act()
    return time.process_time() - begun, done


if __name__ == "__main__":
    # pyHanko warns of what is meant here: lists are given, none is fetched.
    logging.disable(logging.WARNING)
    print(json.dumps(compare()))
