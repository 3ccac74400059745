"""What the shipped definitions decide: the examples of a service as a table, to be read and signed by an official."""

from argparse import Namespace
from functools import cache

from tongban.catalogue import examples as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.examples import Example, Result
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.rules.points import Truth

OUTCOMES = {
    "approve": "准予 approve",
    "correct": "请申请人补正 correct",
    "ask": "补问 ask",
    "refer": "转审核人员 refer to an examiner",
}
SIGNS: dict[Truth, str] = {True: "✓", False: "✗", None: "?"}


def examples(args: Namespace) -> int:
    """Prints every example with its points and its outcome; 1 when one comes out otherwise than it says."""
    shown = [example for example in catalogue.load_examples(args.key) if args.region in (None, example.region)]
    results = [_run(args.key, example) for example in shown]
    for number, result in enumerate(results, start=1):
        _print(args.key, number, result)
    wrong = sum(bool(result.differs) for result in results)
    print(f"\n{len(results)} 例 examples, {wrong} 例与预期不符 differ")
    return 1 if wrong else 0


def _run(key: str, example: Example) -> Result:
    return catalogue.run_example(example, _definition(key, example.region))


@cache
def _definition(key: str, region: str) -> Definition:
    return read_definition(load_document(key, region), suite=SUITES[1])


def _print(key: str, number: int, result: Result) -> None:
    example, definition = result.example, _definition(key, result.example.region)
    print(f"\n{number:>3}  {example.title}")
    if example.answer:
        print(f"     不产生办件 no case: {definition.answers[example.answer].title.zh}")
    else:
        situation = definition.situation(example.situation)
        print(f"     {situation.name.zh} → {OUTCOMES[result.outcome]}")
        points = [point for point in situation.rule_set.points if result.points[point.id] is not True]
        for point in points:
            law = "；".join(
                f"{basis.law} {basis.article}{'' if basis.verified else '，待核实'}" for basis in point.basis
            )
            print(f"       {SIGNS[result.points[point.id]]} {point.label.zh}（{law}）")
        if not points:
            print(f"       {SIGNS[True]} 全部要点符合 every point is met")
    for difference in result.differs:
        print(f"     ! {difference}")
