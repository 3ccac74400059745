"""Against a provider that runs as a process of its own."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.cast import JIYANG, LUO
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people import models, queries, services
from tongban.people.adapters.oidc import OidcProvider, SignInRejected, SignInServiceDown
from tongban.people.sign_in import OidcStart

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
BACK = "http://jiyang.localhost:1/sign-in/back"
CLAIMS = {"name": LUO.name, "id_number": LUO.id_number, "phone_number": LUO.phone, "phone_number_verified": True}
Answer = dict[str, str]


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "oidc-provider-mock"), "-p", str(port), "-n", "true"]
    users = ["--user-claims", json.dumps({"sub": "luo", **CLAIMS}), "--user", "shy"]
    with subprocess.Popen([*command, *users], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield OidcProvider(f"http://127.0.0.1:{port}", "tongban", "secret")
        finally:
            process.terminate()


def _wait(port: int) -> None:
    deadline = monotonic() + 30
    while monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise TimeoutError


@pytest.fixture
def now() -> datetime:
    """The provider's own clock: its tokens carry it."""
    return datetime.now(UTC)


@pytest.fixture
def start(node: Node, provider: OidcProvider, now: datetime) -> OidcStart:
    return services.begin_oidc(node=node, provider=provider, redirect_uri=BACK, at=now)


@pytest.fixture
def finish(node: Node, provider: OidcProvider, now: datetime) -> Callable[..., queries.Citizen]:
    def come_back(
        start: OidcStart, answer: Answer, at: datetime = now, provider: OidcProvider = provider
    ) -> queries.Citizen:
        with scope([JIYANG]):
            return services.finish_oidc(
                node=node, provider=provider, flow=start.flow, answer=answer, at=at, allow_demo=True
            )

    return come_back


def agree(start: OidcStart, **form: str) -> Answer:
    """What the person does at the provider; returns the parameters of the way back."""
    response = httpx.post(start.url, data=form or {"sub": "luo"}, trust_env=False)
    assert response.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def test_mr_luo_signs_in_and_is_known_the_next_time(node, provider, start, finish, now) -> None:
    luo = finish(start, agree(start))
    assert (luo.name, luo.id_number, luo.phone, luo.verified) == (LUO.name, LUO.id_number, LUO.phone, True)
    again = services.begin_oidc(node=node, provider=provider, redirect_uri=BACK, at=now)
    assert finish(again, agree(again)) == luo == queries.get_citizen(node=node, id=luo.id)


def test_a_provider_may_vouch_for_nothing(start, finish) -> None:
    shy = finish(start, agree(start, sub="shy"))
    assert (shy.name, shy.id_number, shy.phone, shy.verified) == (None, None, "", False)


def test_the_address_shows_a_challenge_and_no_secret(node, start) -> None:
    query = parse_qs(urlsplit(start.url).query)
    assert query["code_challenge_method"] == ["S256"]
    sealed = bytes(models.OidcFlow.objects.get(id=start.flow).secrets)
    verifier = json.loads(node.open_locally(sealed, purpose="oidc-flow"))["verifier"]
    assert verifier not in start.url
    assert query["state"][0].encode() not in sealed


def test_a_visit_is_used_once(start, finish) -> None:
    answer = agree(start)
    finish(start, answer)
    with pytest.raises(SignInRejected):
        finish(start, answer)


def test_a_visit_ends_after_ten_minutes(start, finish, now) -> None:
    with pytest.raises(SignInRejected):
        finish(start, agree(start), at=now + timedelta(minutes=10))


@pytest.mark.parametrize(
    "change", [{"state": "other"}, {"state": ""}, {"code": "other"}, {"code": ""}, {"iss": "https://evil.example"}]
)
def test_a_forged_way_back_is_rejected_and_spoils_the_visit(start, finish, change: Answer) -> None:
    answer = agree(start)
    with pytest.raises(SignInRejected):
        finish(start, answer | change)
    with pytest.raises(SignInRejected):
        finish(start, answer)


def test_the_code_of_another_visit_is_rejected(node, provider, start, finish, now) -> None:
    other = services.begin_oidc(node=node, provider=provider, redirect_uri=BACK, at=now)
    with pytest.raises(SignInRejected):
        finish(start, agree(start) | {"code": agree(other)["code"]})


def test_who_says_no_is_not_signed_in(start, finish) -> None:
    with pytest.raises(SignInRejected):
        finish(start, agree(start, action="deny"))
    assert not models.Citizen.objects.exists()


def test_an_unknown_visit_is_rejected(finish) -> None:
    with pytest.raises(SignInRejected):
        finish(OidcStart(uuid4(), ""), {"state": "x", "code": "y"})


@pytest.mark.parametrize(
    "issuer", ["http://127.0.0.1:1", "http://provider.example", "http://evillocalhost", "ftp://localhost", ""]
)
def test_a_provider_that_is_down_or_not_private_is_named_so(node, provider, now, issuer: str) -> None:
    with pytest.raises(SignInServiceDown):
        services.begin_oidc(node=node, provider=replace(provider, issuer=issuer), redirect_uri=BACK, at=now)
