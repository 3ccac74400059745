from tongban.kernel.text import Text
from tongban.rules.explanation import explain
from tongban.rules.points import Basis, RuleSet, evaluate
from tongban.rules.tests.factories import facts, point

NORMAL = "insured.status == 'normal'"
OBJECTION = Text("可以申请复议。", "You may apply for review.")


def lines(language, *, change=None, basis=None, **values):
    asked = point(NORMAL, change=change, objection=OBJECTION, **({"basis": basis} if basis else {}))
    return explain(evaluate(RuleSet((asked,)), facts(**values)).verdicts[0], language)


def test_a_fulfilled_point_in_chinese():
    assert lines("zh", insured__status="normal") == [
        "参保状态正常：符合",
        "参保状态＝正常参保（参保登记，2026-11-20）",
        "社会保险法 第二十九条",
        "无需补充。",
    ]


def test_an_open_point_says_what_is_missing_and_where_to_object():
    assert lines("en") == [
        "Insured: not yet known",
        "Insurance status: nothing could be read",
        "社会保险法 第二十九条",
        "An examiner checks: Insurance status. You may apply for review.",
    ]


def test_a_false_point_says_what_would_change_it():
    change = Text("恢复参保后可再次申请。", "Apply again once insured.")
    assert lines("zh", change=change, insured__status="ended")[3] == "恢复参保后可再次申请。 可以申请复议。"


def test_law_from_memory_is_never_shown_as_fact():
    basis = (Basis("某办法", "第七条", verified=False),)
    assert lines("zh", basis=basis)[2] == "某办法 第七条（待核实）"
    assert lines("en", basis=basis)[2].endswith("(to be verified)")


def test_what_is_only_unknown_is_not_told_as_a_mistake():
    change = Text("恢复参保后可再次申请。", "Apply again once insured.")
    assert lines("zh", change=change)[3].startswith("由审核人员核实：参保状态。")
