"""What makes a published item doubtful is said, field by field."""

import pytest

from tongban.catalogue.lint.gaps import lint_record
from tongban.catalogue.tests.guides import GONE, guide, read

FEE = {"feename": "工本费", "feestand": "10元", "chargeBylaw": "《示例办法》第九条", "isMinus": "否"}


def fields(**changes: object) -> set[str]:
    return {finding.field for finding in read(guide(**changes)).findings}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"commitmentLimit": "11", "commitmentLimitExplain": "工作日"}, "commitmentLimit"),
        (
            {"isSpecialProcedure": "是", "specialProcedureType": "听证", "specialProcedureTimelimit": "40"},
            "specialProcedureTimelimit",
        ),
        ({"isSpecialProcedure": "是", "specialProcedureType": "听证"}, "specialProcedureTimelimit"),
        ({"specialProcedureType": "听证"}, "isSpecialProcedure"),
        ({"specialProcedureTimelimit": "20"}, "isSpecialProcedure"),
        ({"approveLimitExplain": "《示例办法》，约10个工作日"}, "approveLimitExplain"),
        ({"approveLimitExplain": "《示例办法》，十五个工作日"}, "approveLimitExplain"),
        ({"commitmentLimitExplain": "5个工作日，窗口即办"}, "commitmentLimitExplain"),
        ({"commitmentLimitExplain": "不含特别程序，5个工作日"}, "commitmentLimitExplain"),
        ({"minSeq": "1"}, "minSeq"),
        ({"isonline": "否"}, "transactLevel"),
        ({"transactionFrom": "窗口办理"}, "transactionFrom"),
        ({"doScope": "不可通办"}, "doScope"),
        ({"schemeLevels": "省", "doScope": "全市"}, "doScope"),
        ({"acceptanceCondition": "具有示例省户籍的可以申请"}, "doScope"),
        ({"isCharge": "是"}, "chargeList"),
        ({"isCharge": "否", "chargeList": [FEE]}, "chargeList"),
        ({"isCharge": "是", "chargeList": [{**FEE, "chargeBylaw": "按规定"}]}, "chargeList[0].chargeBylaw"),
        ({"isCharge": "是", "chargeList": [{**FEE, "feename": "快递费"}]}, "chargeList[0].feename"),
        ({"unifyName": "示例证书注销", "resultSampleName": "示例证书"}, "resultSampleName"),
        ({"according": "《示例办法第一条"}, "according"),
        ({"according": "《示例办法》第一条……被截断…"}, "according"),
        ({"acceptanceCondition": "符合《示例办法》的。。"}, "acceptanceCondition"),
        ({"acceptanceCondition": "其他地方的条件以当地公布的为准"}, "acceptanceCondition"),
        ({"acceptanceCondition": "应当取得检测报告"}, "acceptanceCondition"),
        ({"acceptanceCondition": "<p>符合《示例办法》第四条的&nbsp;可以申请"}, "acceptanceCondition"),
        ({"unifyName": "<script>alert(1)</script>示例事项办理"}, "unifyName"),
        ({"deptName": "示例部门\u200b"}, "deptName"),
        ({"unifyName": "#REF!"}, "unifyName"),
        ({"processDescript": "见流程图"}, "processDescript"),
        ({"processDescript": GONE}, "processDescript"),
    ],
)
def test_what_cannot_both_be_right_is_told(changes: dict, field: str):
    assert field in fields(**changes)


@pytest.mark.parametrize(
    ("material", "field"),
    [
        ({"materialStandard": "纸质"}, "materialStandard"),
        ({"materialTitle": "有子女随迁的需提供出生证明"}, "isMust"),
        ({"acceptStandard": "线下办理时需要"}, "isMust"),
        ({"materialTitle": "示例告知承诺书"}, "isMust"),
        ({"materialTitle": "营业执照（能够核验的无需提供）"}, "materialTitle"),
        ({"materialTitle": "第（一）、（二）项的材料"}, "materialTitle"),
        ({"materialTitle": "关于同意XXX的函"}, "materialTitle"),
        ({"materialTitle": "示例申请表。"}, "materialTitle"),
        ({"materialTitle": "示例申请表<br/>"}, "materialTitle"),
        ({"materialExplain": "一年内\ufeff有效"}, "materialExplain"),
        ({"materialApproveType": "其他"}, "materialApproveType"),
        ({"materialTitle": "照片", "materialApproveType": "证照"}, "materialApproveType"),
        ({"materialTitle": "执照复印件"}, "materialType"),
        ({"materialTitle": "承诺书", "sourceChannel": "政府部门核发"}, "sourceChannel"),
        ({"acceptStandard": "提供三张"}, "copiesNum"),
        ({"copiesNum": 0}, "copiesNum"),
        ({"copiesNum": 50}, "copiesNum"),
        ({"acceptStandard": "6.签字盖章"}, "acceptStandard"),
        ({"bylaw": "无"}, "bylaw"),
        ({"bylaw": "政策规定"}, "bylaw"),
        ({"bylaw": "当“类型”为甲时必传"}, "bylaw"),
        ({"bylaw": "示例管理办法"}, "bylaw"),
        ({"materialCode": "M1"}, "materialCode"),
    ],
)
def test_what_is_odd_about_a_material_is_told(material: dict, field: str):
    assert f"materialList[0].{field}" in fields(material=material)


def test_no_days_of_no_special_procedure_contradict_nothing():
    entry = read(guide(specialProcedureTimelimit="0"))
    assert (entry.record.special, entry.findings) == (None, ())


def test_signs_of_less_and_more_are_no_markup():
    assert read(guide(acceptanceCondition="符合《示例办法》的，年收入 a<b 且 c>d，A&B公司可以申请。")).findings == ()


def test_a_material_that_stands_twice_is_told_at_both():
    line = guide()["materialList"][0]
    assert {"materialList[0].materialCode", "materialList[1].materialTitle"} <= fields(materialList=[line, line])


def test_gaps_are_for_the_lint_and_not_for_the_import():
    document = guide(commitmentLimit="10", commitmentLimitExplain="10个工作日")
    entry = read(document)
    assert entry.findings == ()
    assert [finding.field for finding in lint_record(entry.record)] == ["promise.days"]


def test_without_a_legal_basis_it_is_not_to_be_published():
    entry = read(guide(according=GONE))
    assert [finding.field for finding in lint_record(entry.record) if finding.severity == "error"] == ["basis"]
