"""A service guide without anything odd, in the shape of a provincial portal; made up. Tests change what they are about."""

import json
from pathlib import Path
from typing import Any

from tongban.catalogue.importing.entries import Entry
from tongban.catalogue.importing.guide import read_guide

MATERIAL: dict[str, Any] = {
    "materialTitle": "示例申请表",
    "materialCode": "M0020990010010101",
    "isMust": "必要",
    "materialApproveType": "申请表",
    "materialType": "原件",
    "materialStandard": "电子",
    "copiesNum": 1.0,
    "sourceChannel": "申请人自备",
    "freeSubmission": "无",
    "commitWay": "网上提交",
    "acceptStandard": "填写完整",
    "bylaw": "《示例办法》第二条",
}
GUIDE: dict[str, Any] = {
    "unifyId": "a1",
    "unifyName": "示例事项办理",
    "rightsCode": "002099001001",
    "ywCode": "01",
    "typeName": "公共服务",
    "deptName": "示例部门",
    "orgName": "示例省示例厅",
    "schemeLevels": "市、县",
    "serveObject": "个人/法人",
    "doScope": "全国",
    "approveLimit": "10",
    "approveLimitExplain": "《示例办法》第三条：10个工作日。",
    "commitmentLimit": "5",
    "commitmentLimitExplain": "承诺5个工作日。",
    "acceptanceCondition": "符合《示例办法》第四条的，可以申请。",
    "according": "《示例办法》第一条。",
    "isCharge": "否",
    "isSpecialProcedure": "否",
    "isonline": "是",
    "transactLevel": "四级标准",
    "transactionFrom": "窗口办理^网上办理",
    "minSeq": "0",
    "minExplain": "全程网办。",
    "quantitativeRestriction": "无数量限制",
    "processDescript": "申请、受理、审核、办结、送达。",
    "materialList": [MATERIAL],
    "resultSampleName": "示例证明",
}
GONE = object()


def guide(material: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A copy with other values; `material` changes the one material. `GONE` takes a field away."""
    lines = [{**GUIDE["materialList"][0], **(material or {})}]
    changed = {**GUIDE, "materialList": lines, **changes}
    return {key: value for key, value in changed.items() if value is not GONE}


def read(document: dict[str, Any]) -> Entry:
    return read_guide(document, file="guide.json")


def told(entry: Entry) -> dict[str, str]:
    """Field → what is said about it in English, the last one of each."""
    return {finding.field: finding.what.en for finding in entry.findings}


def write(folder: Path, *documents: Any) -> list[Path]:
    files = [folder / f"{number}.json" for number in range(len(documents))]
    for file, document in zip(files, documents, strict=True):
        file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return files
