"""Rules from the command line, without a node: expressions tried, examples of all services run, an outcome explained."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from functools import cache

from tongban.catalogue import example_files, examples
from tongban.catalogue.definition import Definition
from tongban.catalogue.example_tables import tabulate
from tongban.catalogue.examples import Example
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.kernel.refusals import Refused
from tongban.kernel.text import LANGUAGES, Text
from tongban.project.commands.papers import read_file
from tongban.rules import batches, explanation
from tongban.rules.parsing import parse_inferring
from tongban.rules.points import Assessment
from tongban.rules.sentences import say_rule


class NothingToExplain(Refused):
    """Neither an expression nor an example is named."""

    status = 422
    text = Text("没有可以说明的规则。", "There is nothing to explain.")
    advice = Text("请给出 --expr，或 --key 和 --example（从 1 起）。", "Give --expr, or --key and --example (from 1).")


def eval(args: Namespace) -> int:
    """One answer per line; 1 when the one expression given by --expr is a mistake. A batch says so line by line and is done."""
    if args.batch is None:
        found = batches.answer_line(_line(args))
        print(_json(found))
        return 1 if "error" in found else 0
    for line in _lines(args):
        sys.stdout.write(_json(batches.answer_line(line)) + "\n")
    return 0


def _line(args: Namespace) -> bytes:
    # The facts stay the text they are: a mistake in them is answered like any other.
    return f'{{"expr": {json.dumps(args.expr)}, "facts": {args.facts}}}'.encode(errors="surrogateescape")


def _lines(args: Namespace) -> Iterator[bytes]:
    data = sys.stdin.buffer.read() if str(args.batch) == "-" else read_file(args.batch)
    return (line for line in data.split(b"\n") if line.strip())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


class NotOneItem(Refused):
    """A table is of one item and has one of two forms."""

    status = 422
    text = Text(
        "示例表只能是一个事项的，文件名以 .html 或 .xlsx 结尾。",
        "A table is of one item, in a file that ends in .html or .xlsx.",
    )
    advice = Text("请给出一个 --key 和这样的文件名。", "Give one --key and such a file name.")


def test(args: Namespace) -> int:
    """Runs every example of every definition; 1 when one comes out otherwise than it says. With --table they are written to a file, too."""
    if args.table:
        _write_table(args)
    wrong = sum(_test_item(key) for key in args.key or list_items())
    print("有示例与预期不符 examples differ" if wrong else "全部示例符合预期 every example comes out as it says")
    return 1 if wrong else 0


def _test_item(key: str) -> int:
    """Prints what differs and one line for the item; how many differ."""
    results = [
        examples.run_example(example, _definition(key, example.region)) for example in examples.load_examples(key)
    ]
    wrong = [(number, result) for number, result in enumerate(results, start=1) if result.differs]
    for number, result in wrong:
        print(f"{key} {number:>3}  {result.example.title}")
        for difference in result.differs:
            print(f"     ! {difference}")
    print(f"{key}: {len(results)} 例 examples, {len(wrong)} 例与预期不符 differ")
    return len(wrong)


def _write_table(args: Namespace) -> None:
    """By the regions that the examples were written for."""
    if (
        not args.key
        or len(args.key) != 1
        or args.key[0] not in list_items()
        or args.table.suffix not in (".html", ".xlsx")
    ):
        raise NotOneItem
    [key] = args.key
    every = examples.load_examples(key)
    definition = _definition(key, every[0].region)
    tables = tabulate(definition, [examples.run_example(one, _definition(key, one.region)) for one in every])
    if args.table.suffix == ".xlsx":
        args.table.write_bytes(example_files.write_book(definition.name, tables, language=args.language))
    else:
        args.table.write_text(
            example_files.write_page(definition.name, tables, language=args.language), encoding="utf-8"
        )
    print(args.table, file=sys.stderr)


@cache
def _definition(key: str, region: str) -> Definition:
    return read_definition(load_document(key, region), suite=SUITES[1])


def explain(args: Namespace) -> None:
    """What an expression says, or why an example comes out as it does: four lines per point."""
    languages: list[str] = [args.language] if args.language else list(LANGUAGES)
    if args.expr is not None:
        tree = parse_inferring(args.expr, {})
        for language in languages:
            print(say_rule(tree).in_(language))
        return
    example = _example(args)
    definition = _definition(args.key, example.region)
    print(example.title)
    if example.answer:
        for language in languages:
            print(definition.answers[example.answer].title.in_(language))
    else:
        _print(examples.assess_example(example, definition), languages)


def _example(args: Namespace) -> Example:
    found = examples.load_examples(args.key) if args.key in list_items() else []
    number: int = args.example or 0
    if not 0 < number <= len(found):
        raise NothingToExplain
    return found[number - 1]


def _print(assessment: Assessment, languages: list[str]) -> None:
    print(assessment.outcome)
    for verdict in assessment.verdicts:
        for language in languages:
            print()
            for line in explanation.explain(verdict, language):
                print(f"  {line}")
