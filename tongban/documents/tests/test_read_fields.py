"""What stands on a paper, found by its labels and places. Pages are given as the reader would give them."""

import pytest

from tests.cast import LUO
from tongban.documents.reading import kinds
from tongban.documents.reading.kinds import Kind, ReadField, read_fields
from tongban.documents.reading.page import Box, Line, Page

HEIGHT = 30


def page(*rows: str, score: float = 0.98) -> Page:
    """Each row a line; cells of a row are separated by |."""
    lines = [
        Line(text, score, Box(100 + 400 * column, 100 + 50 * row, 20 * len(text), HEIGHT))
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells.split("|"))
    ]
    return Page(800, 1200, 0, tuple(lines))


def read(kind: Kind, *rows: str) -> dict[str, str]:
    return {id: field.value for id, field in fields(kind, *rows).items()}


def fields(kind: Kind, *rows: str, score: float = 0.98) -> dict[str, ReadField]:
    return {field.id: field for field in read_fields(kind, [page(*rows, score=score)]).fields}


def test_an_identity_card() -> None:
    assert read(
        kinds.ID_CARD, "姓名 罗建国", "性别 男 民族 汉", "出生 1968年3月12日", "住址 山东省临邑县恒源街道", "演示路1号",
        f"公民身份号码 {LUO.id_number}"
    ) == {
        "name": "罗建国", "id_number": LUO.id_number, "address": "山东省临邑县恒源街道演示路1号", "birth_on": "1968-03-12",
    }  # fmt: skip


def test_the_back_of_an_identity_card() -> None:
    found = read(
        kinds.ID_CARD, "中华人民共和国", "居民身份证", "签发机关 临邑县公安局", "有效期限 2016.05.01-2036.05.01"
    )
    assert found == {"issuer": "临邑县公安局", "valid_until": "2036-05-01"}
    assert read(kinds.ID_CARD, "有效期限 2016.05.01-长期") == {"valid_until": "长期"}


def test_a_page_of_the_household_register() -> None:
    assert read(
        kinds.HOUSEHOLD_PAGE, "常住人口登记卡", "姓名：罗建国|户主或与户主关系：户主", "出生日期：1968年3月12日",
        f"公民身份证件编号：{LUO.id_number}", "何时由何地迁来本市（县）：2025年9月由临邑县迁来",
    ) == {
        "name": "罗建国", "id_number": LUO.id_number, "relation": "户主", "birth_on": "1968-03-12",
        "moved_from": "2025年9月由临邑县迁来",
    }  # fmt: skip


def test_a_referral_letter() -> None:
    assert read(
        kinds.REFERRAL_LETTER, "临邑县人民医院", "转诊转院证明", "姓名：罗建国 性别：男", f"身份证号：{LUO.id_number}",
        "转往医院：济南市济阳区人民医院", "就诊日期：2026-11-01", "2026 年 11 月 18 日",
    ) == {
        "name": "罗建国", "id_number": LUO.id_number, "hospital": "临邑县人民医院", "to_hospital": "济南市济阳区人民医院",
        "letter_on": "2026-11-18",
    }  # fmt: skip


def test_a_business_licence() -> None:
    assert read(
        kinds.BUSINESS_LICENCE, "营业执照", "统一社会信用代码 91370000000000017P", "名称|演示酒店管理有限公司", "法定代表人|孙丽",
        "成立日期|2020年01月02日", "住所|济南市济阳区济北街道", "经营范围 住宿服务",
    ) | {"code": ""} == {
        "code": "", "name": "演示酒店管理有限公司", "representative": "孙丽", "founded_on": "2020-01-02", "address": "济南市济阳区济北街道",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("所检项目均符合GB 37487的要求", "qualified"),
        ("合格", "qualified"),
        ("有两项不合格", "unqualified"),
        ("室内空气不符合要求", "unqualified"),
    ],
)
def test_a_test_report(said: str, result: str) -> None:
    found = read(
        kinds.TEST_REPORT,
        "检测报告",
        "报告编号：JC2026-0117",
        "委托单位：演示酒店",
        f"检测结论：{said}",
        "报告日期：2026年10月20日",
    )
    assert found == {"number": "JC2026-0117", "client": "演示酒店", "report_on": "2026-10-20", "result": result}


def test_a_result_that_says_neither_is_not_sure() -> None:
    assert fields(kinds.TEST_REPORT, "检测结论：详见附页")["result"].score == kinds.NOT_SURE


@pytest.mark.parametrize("number", ["991424196803120011", "371424199913121015", "12345678901234567X"])
def test_a_number_that_cannot_be_right_is_kept_and_not_sure(number: str) -> None:
    found = fields(kinds.ID_CARD, f"公民身份号码 {number}")["id_number"]
    assert (found.value, found.sure) == (number, False)


def test_a_blurred_line_is_not_sure() -> None:
    assert not fields(kinds.ID_CARD, "姓名 罗建国", score=0.7)["name"].sure


def test_a_field_stands_where_its_value_stands() -> None:
    box = fields(kinds.REFERRAL_LETTER, "姓名：罗建国 性别：男")["name"].box
    whole = page("姓名：罗建国 性别：男").lines[0].box
    assert whole.x + 40 < box.x < whole.x + 80
    assert box.width < whole.width / 2


def test_another_paper_does_not_look_like_a_letter() -> None:
    assert not read_fields(kinds.REFERRAL_LETTER, [page("营业执照", "名称 演示酒店")]).fits
    assert read_fields(kinds.REFERRAL_LETTER, [page("转 诊 证 明")]).fits


@pytest.mark.parametrize("text", ["2026年2月30日", "2026", "明天"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert kinds.read_day(text) is None


def test_a_paper_without_lines_has_no_fields() -> None:
    assert read_fields(kinds.ID_CARD, [page()]).fields == ()
