"""The reading of one file, run as a process of its own: `python -m tongban.documents.reading.engine < file`.

It has a limit of memory and time, the lowest claim to the processor, and no secret; it opens no connection: its models lie in the package of
the reader. Result: one JSON object on standard output, `{"pages": […]}` (see `page.py`) or `{"failed": reason}`.
"""

import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from tongban.documents.confining import NOTHING_WRITTEN, confine
from tongban.documents.inspect import MAX_PIXELS
from tongban.documents.reading.page import Box, Line, Page

MEMORY = 6 * 1024 * 1024 * 1024
"""Of addresses: the runtime of the models reserves far more than it uses."""
DATA = 2 * 1024 * 1024 * 1024
"""Of what it uses for itself; a page needs less than half a gigabyte."""
CPU_SECONDS = 120
FILES = 64
LIMITS = (
    (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_DATA, DATA), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_NOFILE, FILES),
    *NOTHING_WRITTEN,
)  # fmt: skip
MAX_PAGES = 4
LONGEST_SIDE = 1800
SEARCHED_SIDE = 1280
"""Where lines are looked for; they are read from the larger picture."""
ORIENTING_SIDE = 800
PICTURE_SIDE = 1200
PICTURE_QUALITY = 60
VOTES = 6
TALL = 1.5

Picture = Any
"""A Pillow image; the reader's arrays are in BGR."""


def read(data: bytes) -> list[Page]:
    """Every page of the file, at most `MAX_PAGES`, upright."""
    reader = _Reader()
    return [reader.read(picture) for picture in _pictures(data)]


class _Reader:
    """Finds lines and reads them. Its models are given by path, so that none is ever fetched."""

    def __init__(self) -> None:
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        found = {task: _model(models, task) for task in ("det", "rec")}
        self.engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                "Det.model_path": str(found["det"]),
                "Rec.model_path": str(found["rec"]),
                "Det.limit_type": "max",
                "Det.limit_side_len": SEARCHED_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            }
        )

    def read(self, picture: Picture) -> Page:
        turned = self.orientation(picture)
        upright = picture.rotate(-turned, expand=True) if turned else picture
        seen: Any = self.engine(_array(upright), use_det=True, use_cls=False, use_rec=True)
        lines = [_line(*each) for each in zip(seen.txts or (), seen.scores or (), _list(seen.boxes), strict=True)]
        return _shown(upright, turned, lines)

    def orientation(self, picture: Picture) -> int:
        """By how many degrees, clockwise, the picture must be turned: first so that lines lie, then so that they can be read."""
        small = picture.copy()
        small.thumbnail((ORIENTING_SIDE, ORIENTING_SIDE))
        boxes = self._boxes(small)
        quarter = 90 if sum(_stands(box) for box in boxes) * 2 > len(boxes) else 0
        if quarter:
            picture = picture.rotate(-quarter, expand=True)
            small = small.rotate(-quarter, expand=True)
            boxes = self._boxes(small)
        return quarter + (180 if self._upside_down(picture, boxes, picture.width / small.width) else 0)

    def _boxes(self, small: Picture) -> list[Any]:
        found = self.engine(_array(small), use_det=True, use_cls=False, use_rec=False)
        return _list(getattr(found, "boxes", None))

    def _upside_down(self, picture: Picture, boxes: list[Any], scale: float) -> bool:
        """The longest lines are read both ways; the way that the reader is surer of is up."""
        chosen = sorted(boxes, key=lambda box: -_span(box)[0])[:VOTES]
        if not chosen:
            return False
        rects = [_rect(box * scale) for box in chosen]
        strips = [picture.crop((r.x, r.y, r.x + r.width, r.y + r.height)) for r in rects if r.width and r.height]
        return self._sureness([strip.rotate(180) for strip in strips]) > self._sureness(strips)

    def _sureness(self, strips: list[Picture]) -> float:
        scores = self.engine.recognize_txt([_array(strip) for strip in strips]).scores
        return float(sum(scores)) / len(scores)


def _model(models: Path, task: str) -> Path:
    return next(iter(sorted(models.glob(f"*_{task}_*.onnx"))))


def _pictures(data: bytes) -> Iterator[Picture]:
    return _pages_of_pdf(data) if data.startswith(b"%PDF-") else _picture(data)


def _picture(data: bytes) -> Iterator[Picture]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    yield picture


def _pages_of_pdf(data: bytes) -> Iterator[Picture]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for number in range(min(len(document), MAX_PAGES)):
        page = document[number]
        yield page.render(scale=LONGEST_SIDE / max(page.get_size())).to_pil().convert("RGB")


def _array(picture: Picture) -> Any:
    import numpy

    return numpy.ascontiguousarray(numpy.asarray(picture)[:, :, ::-1])


def _list(boxes: Any) -> list[Any]:
    return [] if boxes is None else list(boxes)


def _span(box: Any) -> tuple[float, float]:
    return float(box[:, 0].max() - box[:, 0].min()), float(box[:, 1].max() - box[:, 1].min())


def _stands(box: Any) -> bool:
    width, height = _span(box)
    return height > TALL * width


def _rect(box: Any) -> Box:
    width, height = _span(box)
    return Box(int(box[:, 0].min()), int(box[:, 1].min()), round(width), round(height))


def _line(text: str, score: float, box: Any) -> Line:
    return Line(text, round(float(score), 3), _rect(box))


def _shown(upright: Picture, turned: int, lines: list[Line]) -> Page:
    """The page as people are shown it: drawn anew, so that nothing of the file itself comes along, and no larger than a screen."""
    small = upright.copy()
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    scale = small.width / upright.width
    drawn = BytesIO()
    small.save(drawn, "JPEG", quality=PICTURE_QUALITY)
    scaled = tuple(Line(line.text, line.score, _scaled(line.box, scale)) for line in lines)
    return Page(small.width, small.height, turned, scaled, drawn.getvalue())


def _scaled(box: Box, scale: float) -> Box:
    return Box(*(round(side * scale) for side in (box.x, box.y, box.width, box.height)))


def main() -> int:
    confine(LIMITS, awaited=False)
    # What libraries print must not mix with the answer.
    answer, sys.stdout = sys.stdout, sys.stderr
    try:
        said: dict[str, Any] = {"pages": [page.as_json() for page in read(sys.stdin.buffer.read())]}
    except (OSError, ValueError, MemoryError, RuntimeError) as error:
        said = {"failed": type(error).__name__}
    answer.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
