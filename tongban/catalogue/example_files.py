"""The tables of examples as files for somebody without the system: one page to print and sign (HTML), or a workbook (xlsx)."""

import io
from collections.abc import Iterable, Sequence
from html import escape

import openpyxl
from openpyxl.styles import Alignment, Font

from tongban.catalogue.example_tables import ExampleTable, Line, Rule, Said
from tongban.kernel.text import Text

HEAD = (
    Text("序号", "No."),
    Text("情况", "Case"),
    Text("与本表共同事实不同之处", "Facts that are otherwise"),
    Text("不符合或者不知道的要点", "Points not met or not known"),
    Text("结果", "Outcome"),
    Text("核对", "Check"),
)
SHARED = Text("没有另外写明的，以下都成立：", "Unless a line says otherwise:")
RULES = Text("审查要点", "Review points")
AS_EXPECTED = Text("符合预期", "as expected")
ALL_MET = Text("全部符合", "all met")
SIGNED = Text("审阅人签名：＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿", "Read by: ______________  Date: __________")
TITLE = Text("{name}：示例表", "{name}: examples")
STYLE = (
    "body{font:16px/1.6 system-ui,'PingFang SC','Noto Sans SC','Microsoft YaHei',sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #777;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    "thead{background:#eee}.open{color:#8a1c1c}.otherwise{background:#fcebea}small{color:#444}@media print{tr{break-inside:avoid}}"
)
WIDTHS = (6, 44, 48, 52, 18, 40)


def write_page(name: Text, tables: Sequence[ExampleTable], *, language: str = "zh") -> str:
    """One HTML file that needs nothing else."""
    title = escape(TITLE.in_(language).format(name=name.in_(language)))
    body = "".join(_html_table(table, language) for table in tables)
    lang = "en" if language == "en" else "zh-Hans"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>{body}<p>{SIGNED.in_(language)}</p></body></html>\n"
    )


def _html_table(table: ExampleTable, language: str) -> str:
    rules = "".join(f"<li>{_html_rule(rule, language)}</li>" for rule in table.rules)
    head = "".join(f'<th scope="col">{one.in_(language)}</th>' for one in HEAD)
    rows = "".join(_html_row(line, language) for line in table.lines)
    shared = f"<p>{SHARED.in_(language)} {escape(_facts(table.shared, language))}</p>" if table.shared else ""
    known = f"<h3>{RULES.in_(language)}</h3><ol>{rules}</ol>" if rules else ""
    return (
        f"<section><h2>{escape(table.name.in_(language))}</h2>{known}{shared}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _html_rule(rule: Rule, language: str) -> str:
    laws = "；".join(law.in_(language) for law in rule.laws)
    return f"<strong>{escape(rule.label.in_(language))}</strong>：{escape(rule.sentence.in_(language))} <small>{escape(laws)}</small>"


def _html_row(line: Line, language: str) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in _cells(line, language))
    return f'<tr class="otherwise">{cells}</tr>' if line.differs else f"<tr>{cells}</tr>"


def write_book(name: Text, tables: Sequence[ExampleTable], *, language: str = "zh") -> bytes:
    """One sheet for all tables; every cell is text, so that no program takes one for a formula."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    lines: list[tuple[Sequence[str], bool]] = [([TITLE.in_(language).format(name=name.in_(language))], True)]
    for table in tables:
        lines += [([], False), ([table.name.in_(language)], True)]
        lines += [
            (["", rule.label.in_(language), rule.sentence.in_(language), _laws(rule, language)], False)
            for rule in table.rules
        ]
        if table.shared:
            lines.append((["", SHARED.in_(language), _facts(table.shared, language)], False))
        lines.append(([one.in_(language) for one in HEAD], True))
        lines += [(_cells(line, language), False) for line in table.lines]
    for number, (texts, bold) in enumerate(lines, start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column, text)
            cell.data_type, cell.number_format = "s", "@"
            cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=column > 1, vertical="top")
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cells(line: Line, language: str) -> list[str]:
    separator = "; " if language == "en" else "；"
    met = ALL_MET.in_(language) if not line.open else ""
    return [
        str(line.number),
        line.title,
        _facts(line.facts, language),
        separator.join(f"{one.label.in_(language)}（{one.said.in_(language)}）" for one in line.open) or met,
        line.outcome.in_(language),
        separator.join(one.in_(language) for one in line.differs) or AS_EXPECTED.in_(language),
    ]


def _facts(facts: Iterable[Said], language: str) -> str:
    return ("; " if language == "en" else "；").join(
        f"{fact.element.in_(language)}＝{fact.value.in_(language)}" for fact in facts
    )


def _laws(rule: Rule, language: str) -> str:
    return "；".join(law.in_(language) for law in rule.laws)
