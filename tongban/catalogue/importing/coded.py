"""What the code of an item says beside what its source says, for every adapter. Told, never silent."""

from tongban.catalogue.importing.fields import FieldReader
from tongban.catalogue.items.codes import ItemCode
from tongban.catalogue.items.types import find_department, find_level
from tongban.kernel.text import Text

NOT_A_CODE = Text(
    "不是12、14、31或33位的事项编码，或校验位不对",
    "no code of 12, 14, 31 or 33 characters, or its check character is wrong",
)
LEVEL = Text("推测：编码中的层级位为{level}", "guessed: the level digit of the code says {level}")
OTHER_LEVEL = Text("与编码中的层级位不一致（编码为{level}）", "not the level that the code says ({level})")
DEPARTMENT = Text("没有写明部门；编码中的部门位为{zh}", "no department is named; by the digits of the code: {en}")


def add_level(reader: FieldReader, key: str, levels: tuple[str, ...], code: ItemCode) -> tuple[str, ...]:
    """The levels that the source states at `key`, or else the one of the code."""
    level = find_level(code.level)
    if level is None or level in levels:
        return levels
    given = reader.value(key, wanted=False)
    if levels:
        reader.tell(key, given, OTHER_LEVEL, level=level)
        return levels
    reader.tell(key, given, LEVEL, "info", level=level)
    return (level,)


def read_department(reader: FieldReader, key: str, code: ItemCode) -> str:
    """As the source names it. Digits of the code stand for a family of departments: told where none is named, and not taken for one."""
    department, family = reader.text(key), find_department(code)
    if family and not department:
        reader.tell(key, department, DEPARTMENT, "info", zh=family.zh, en=family.en)
    return department
