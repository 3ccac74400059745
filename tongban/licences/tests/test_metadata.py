"""What a licence says under the short names that other systems of e-licences read."""

from datetime import date

from tests.cast import LUO
from tongban.licences.content import Holder
from tongban.licences.metadata import metadata
from tongban.licences.operations import GIVEN_CODES, OPERATIONS
from tongban.licences.tests.stand import content
from tongban.licences.types import list_types


def test_the_short_names() -> None:
    said = content()
    assert metadata(said, "01") == {
        "ZZBS": said.identifier, "ZZMC": "公共场所卫生许可证", "ZZBH": "鲁临卫公证字〔2026〕第000001号", "ZZLXDM": "11100000000013338W011",
        "ZZBFJG": "临邑县卫生健康局", "ZZBFJGDM": "11371424004222222K", "ZZBFRQ": "2026-11-20", "CZZT": LUO.name, "CZZTDM": LUO.id_number,
        "CZZTDMLX": "居民身份证", "CZZTDMLXDM": "111", "ZZYXQQSRQ": "2026-11-20", "ZZYXQJZRQ": "2030-11-19", "status": "01",
        "operation": "01", "verified": False,
    }  # fmt: skip


def test_a_hotel_without_an_end() -> None:
    told = metadata(content(holder=Holder("济阳某酒店", "uscc", "91370115MA00000000"), until=None), "")
    assert (told["CZZTDMLXDM"], told["CZZTDMLX"], told["ZZYXQJZRQ"]) == ("001", "统一社会信用代码", "")


def test_the_operation_is_what_was_done_last() -> None:
    renewed = content(operation="renew", from_=date(2026, 11, 21))
    told = [metadata(renewed, status)["operation"] for status in ("", "01", "02", "04", "05", "06", "07", "99")]
    assert told == ["02", "02", "03", "05", "04", "07", "07", "07"]


def test_every_operation_has_its_code() -> None:
    given = {one.operation for type_ in list_types() for one in type_.given_by}
    assert given == {*GIVEN_CODES, "cancel"}
    assert {one.code for one in OPERATIONS.values()} | set(GIVEN_CODES.values()) == {
        f"{n:02}" for n in range(1, 11)
    } - {"08"}
