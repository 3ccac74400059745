"""The drawing of where places lie: inside its frame, north above, what touches as one sign."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.text import Text
from tongban.regions.points import Point, Position
from tongban.web.components.drawing import WIDTH, Drawing, draw

NOWHERE = Text("某处", "somewhere")
POINT = Point(
    1, "370115", "", "hall", "county", NOWHERE, NOWHERE, "", NOWHERE, None, None, False, ("collect",), None, False
)
POSITIONS = st.lists(st.tuples(st.floats(20, 50), st.floats(80, 130)), min_size=1, max_size=20)


def drawn(positions: list[Position]) -> Drawing:
    drawing = draw((number, replace(POINT, position=position)) for number, position in enumerate(positions, 1))
    assert drawing
    return drawing


@given(POSITIONS)
def test_every_point_is_in_one_sign_inside_the_frame(positions: list[Position]) -> None:
    drawing = drawn(positions)
    numbers = [int(number) for sign in drawing.signs for number in sign.numbers.split("·")]
    assert sorted(numbers) == list(range(1, len(positions) + 1))
    assert all(0 <= sign.x <= WIDTH and 0 <= sign.y <= drawing.height for sign in drawing.signs)


def test_north_is_above_and_east_at_the_right() -> None:
    south, north = drawn([(36.0, 117.0), (37.0, 118.0)]).signs
    assert north.y < south.y and north.x > south.x


def test_what_lies_together_is_one_sign() -> None:
    assert [sign.numbers for sign in drawn([(36.0, 117.0), (36.0001, 117.0), (38.0, 117.0)]).signs] == ["1·2", "3"]


def test_without_a_position_there_is_no_drawing() -> None:
    assert draw([(1, POINT)]) is None
