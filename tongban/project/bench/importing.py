"""catalogue_import_s: one file of guides as a provincial portal publishes them, read, reported and stored; a tenth of them first.

Every tenth guide has a word that nobody knows, so that findings are within the figure.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tongban.catalogue.importing.files import read_files
from tongban.catalogue.importing.reports import keep_report
from tongban.catalogue.importing.storing import store_items
from tongban.kernel.actors import system
from tongban.project.bench.ground import JIYANG, Ground
from tongban.project.bench.running import Sizes

MATERIALS = 6
MATERIAL = {
    "materialTitle": "申请表", "isMust": "必要", "materialApproveType": "申请表", "materialType": "原件", "materialStandard": "电子",
    "copiesNum": 1, "sourceChannel": "申请人自备", "freeSubmission": "无", "commitWay": "网上提交", "acceptStandard": "填写完整",
    "bylaw": "《办法》第二条",
}  # fmt: skip
GUIDE = {
    "typeName": "公共服务", "deptName": "测量部门", "orgName": "测量机构", "schemeLevels": "市、县", "serveObject": "个人/法人",
    "doScope": "全国", "approveLimit": "10", "approveLimitExplain": "《办法》第三条：10个工作日。", "commitmentLimit": "5",
    "commitmentLimitExplain": "5个工作日。", "acceptanceCondition": "符合《办法》第四条的，可以申请。", "according": "《办法》第一条。",
    "isCharge": "否", "isSpecialProcedure": "否", "isonline": "是", "transactLevel": "四级标准", "transactionFrom": "窗口办理^网上办理",
    "minSeq": "0", "minExplain": "全程网办。", "quantitativeRestriction": "无数量限制",
    "processDescript": "申请、受理、审核、办结、送达。", "resultSampleName": "证明",
}  # fmt: skip


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    few = max(1, sizes.items // 10)
    with TemporaryDirectory() as directory:
        return {
            "catalogue_import_s_1k": _import(Path(directory) / "few.json", first=0, count=few),
            "catalogue_import_s": _import(Path(directory) / "all.json", first=few, count=sizes.items),
        }


def _import(file: Path, *, first: int, count: int) -> float:
    """Every one is new."""
    file.write_text(json.dumps(list(_guides(first, count)), ensure_ascii=False))
    begun = time.perf_counter()
    entries = read_files([file])
    by, at = system(JIYANG.region), datetime.now(UTC)
    stored = store_items(entries=entries, by=by, at=at)
    keep_report(stored=stored, name=file.name, by=by, at=at)
    seconds = time.perf_counter() - begun
    if sum(one.act == "added" for one in stored) != count:
        raise ValueError("not every record was taken")
    return round(seconds, 2)


def _guides(first: int, count: int) -> Iterator[dict[str, Any]]:
    for number in range(first, first + count):
        odd = {"doScope": "全宇宙"} if number % 10 == 0 else {}
        lines = [{**MATERIAL, "materialCode": f"M{number:06d}{line}"} for line in range(MATERIALS)]
        names = {"unifyName": f"测量事项{number}", "rightsCode": f"0020{number:08d}", "ywCode": "01"}
        yield {**GUIDE, **names, "materialList": lines, **odd}
