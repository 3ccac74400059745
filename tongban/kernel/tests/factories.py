"""Values that the tests of the kernel share."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import strategies as st

from tongban.kernel.crypto import SUITES, PrivateKey
from tongban.kernel.events import Payload
from tongban.kernel.sealing import DataKey

SUITE = SUITES[1]
CASE = UUID("01930000-0000-7000-8000-000000000001")
OTHER_CASE = UUID("01930000-0000-7000-8000-000000000002")
KEY: PrivateKey = SUITE.new_signing_key(owner="370115-1.event")
OTHER_KEY: PrivateKey = SUITE.new_signing_key(owner="371424-1.event")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
integers = st.integers(-(2**53), 2**53)
json_values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def public_key_of(key_id: str) -> bytes:
    return {key.id: key.public for key in (KEY, OTHER_KEY)}[key_id]


def data_key(case: UUID = CASE) -> DataKey:
    return DataKey(case, "1", SUITE.new_data_key())


def payload(**changes: object) -> Payload:
    values: dict[str, object] = {
        "alliance": "demo", "epoch": 1, "list": 3, "case": CASE, "seq": 1, "prev": "", "region": "370115",
        "node": "370115-1", "inc": 1, "audience": ("370115",), "kind": "cases.submitted;v=1", "critical": True,
        "cmd": OTHER_CASE, "actor": {"kind": "citizen", "ref": "c-luo", "role": "citizen"},
        "at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "body": {"number": "370115-1"},
    }  # fmt: skip
    return Payload(**{**values, **changes})  # type: ignore[arg-type]
