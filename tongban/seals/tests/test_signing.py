"""The signer answers what waits, once, and signs nothing that it does not know."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509

from tests.cast import JIYANG
from tongban.kernel.scope import scope
from tongban.seals import models, queries
from tongban.seals.services import NoSeal
from tongban.seals.tests.workshop import Workshop, letter


def _row() -> models.SealRequest:
    with scope([JIYANG]):
        return models.SealRequest.objects.get()


def test_what_was_asked_for_is_sealed_once_and_logged(workshop: Workshop) -> None:
    seal_id = workshop.made()
    pdf = letter()
    workshop.request(pdf)
    workshop.request(pdf)
    assert workshop.fetch() is None
    assert (workshop.step(), workshop.step()) == (1, 0)
    sealed = workshop.fetch()
    assert sealed.data.startswith(pdf) and workshop.fetch() is None
    assert workshop.told == ["1"]
    with scope([JIYANG]):
        assert [use.ref for use in queries.list_uses(region=JIYANG, seal_id=seal_id)] == ["1"]


def test_the_document_under_way_is_not_in_clear(workshop: Workshop) -> None:
    workshop.made()
    workshop.request(letter())
    workshop.step()
    assert _row().prepared and b"%PDF" not in bytes(_row().prepared)
    workshop.fetch()
    assert bytes(_row().prepared) == b""


def test_what_nobody_knows_is_not_signed(workshop: Workshop) -> None:
    workshop.made()
    workshop.request(letter(), known=False)
    assert workshop.step() == 0
    assert (_row().state, _row().reason, bytes(_row().answer)) == ("refused", "unknown", b"")


@pytest.mark.parametrize("column", ["prepared", "attributes", "answer"])
def test_a_file_that_was_put_into_the_queue_is_refused_and_the_rest_goes_on(workshop: Workshop, column: str) -> None:
    workshop.made()
    workshop.request(letter())
    workshop.request(letter("Other"), "2")
    with scope([JIYANG]):
        models.SealRequest.objects.filter(ref="1").update(**{column: letter("Swapped")})
    assert workshop.step() == 1
    with scope([JIYANG]):
        said = list(models.SealRequest.objects.order_by("ref").values_list("state", "reason"))
    assert said == [("refused", "altered"), ("signed", "")]
    assert workshop.fetch("2").data.startswith(workshop.known["2"])


def test_another_office_does_not_seal_it(workshop: Workshop) -> None:
    workshop.made()
    workshop.request(letter())
    workshop.office = "another-bureau"
    assert (workshop.step(), _row().reason) == (0, "other-office")


def test_nothing_is_sealed_with_a_seal_that_was_stopped_meanwhile(workshop: Workshop) -> None:
    seal_id = workshop.made()
    workshop.request(letter())
    workshop.stop(seal_id)
    assert (workshop.step(), _row().reason) == (0, "seal-ended")
    with pytest.raises(NoSeal):
        workshop.request(letter("Other"), "2")


def test_a_stopped_seal_stands_on_the_list_of_the_ended(workshop: Workshop) -> None:
    seal_id = workshop.made()
    workshop.at += timedelta(minutes=1)
    workshop.stop(seal_id)
    workshop.at += timedelta(minutes=1)
    workshop.step()
    with scope([JIYANG]):
        maker = models.SealMaker.objects.get(suite="P256")
        certificate = models.SealKey.objects.get(suite="P256").certificate
    ended = x509.load_der_x509_crl(bytes(maker.ended))
    serial = x509.load_der_x509_certificate(bytes(certificate)).serial_number
    assert ended.get_revoked_certificate_by_serial_number(serial) is not None


def test_what_waited_for_an_absent_signer_is_sealed_with_the_list_of_its_return(workshop: Workshop) -> None:
    workshop.made()
    workshop.at += timedelta(days=4)
    workshop.request(letter())
    assert workshop.step() == 1
    with scope([JIYANG]):
        ended = x509.load_der_x509_crl(bytes(models.SealMaker.objects.get(suite="P256").ended))
    assert ended.last_update_utc > workshop.at - timedelta(hours=1)


def test_a_key_stays_where_it_was_made(workshop: Workshop) -> None:
    workshop.made()
    files = list(workshop.room.path.iterdir())
    assert len(files) == 4 and all(file.stat().st_mode & 0o077 == 0 for file in files)
    with scope([JIYANG]):
        rows = [bytes(key.certificate) + bytes(key.eseal) for key in models.SealKey.objects.all()]
    secrets = [workshop.room.read(file.stem) for file in files]
    assert not any(secret in row for secret in secrets for row in rows)


def test_a_signer_that_was_killed_goes_on_with_the_key_it_had_made(workshop: Workshop) -> None:
    first = workshop.room.make("seal-x")
    assert workshop.room.make("seal-x").private_numbers() == first.private_numbers()
    assert replace(workshop.room).has("seal-x")


def test_what_waited_for_a_seal_that_ended_gets_the_next_one(workshop: Workshop) -> None:
    seal_id = workshop.made()
    workshop.request(letter())
    workshop.stop(seal_id)
    workshop.step()
    workshop.made()
    with scope([JIYANG]):
        assert queries.list_asked(region=JIYANG, subject="paper", refs=["1"]) == set()
    workshop.request(letter())
    assert workshop.step() == 1


def test_one_whose_key_is_lost_keeps_no_other_waiting(workshop: Workshop) -> None:
    lost = workshop.made()
    workshop.request(letter())
    (workshop.room.path / f"seal-{lost}-P256.json").unlink()
    workshop.at += timedelta(minutes=1)
    workshop.made()
    workshop.request(letter("Other"), "2")
    with scope([JIYANG]):
        models.SealRequest.objects.filter(ref="1", state="refused", reason="failed").update(state="asked")
    assert workshop.step() == 1
    with scope([JIYANG]):
        assert list(models.SealRequest.objects.order_by("ref").values_list("state", flat=True)) == ["refused", "signed"]
