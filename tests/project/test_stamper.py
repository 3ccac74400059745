"""The demonstration's time-stamp authority over HTTP, asked by the adapter that asks a real one."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest

from tongban.project.stamper import NoDemoStamperInProduction, Stamper, main
from tongban.seals.stamping import HttpAuthority, StamperSilent


@pytest.fixture
def url() -> Iterator[str]:
    server = Stamper(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.url
    server.shutdown()
    server.server_close()


def test_its_certificates_and_lists_come_with_the_first_answer(url: str) -> None:
    proof = HttpAuthority(url).proof()
    assert (len(proof.certificates), len(proof.lists)) == (2, 1)


def test_it_stamps_what_it_is_given(url: str) -> None:
    token = asyncio.run(HttpAuthority(url).stamper().async_timestamp(b"x" * 32, "sha256"))
    assert (
        token["content"]["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native
        == b"x" * 32
    )


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_it_refuses_what_is_no_question(url: str, content: bytes) -> None:
    assert httpx.post(url, content=content, trust_env=False).status_code == 400


def test_whoever_does_not_answer_is_silent() -> None:
    with pytest.raises(StamperSilent):
        HttpAuthority("http://127.0.0.1:9").proof()


def test_it_does_not_start_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_MODE", "production")
    with pytest.raises(NoDemoStamperInProduction):
        main([])
