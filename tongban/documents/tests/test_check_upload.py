import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.documents import inspect
from tongban.documents.tests import files
from tongban.documents.uploads import (
    ActiveContent,
    DisguisedFile,
    FileTooLarge,
    FileTypeNotAllowed,
    TooManyPixels,
    UnreadableFile,
    check_upload,
)
from tongban.kernel.refusals import Refused

HTML = b"<html><script>alert(1)</script></html>"
JPEG, PNG, PDF = files.picture("JPEG"), files.picture("PNG"), files.pdf()


@pytest.mark.parametrize(
    ("data", "media_type", "pages"),
    [
        (JPEG, "image/jpeg", 1),
        (files.picture("JPEG", progressive=True, quality=95), "image/jpeg", 1),
        (PNG, "image/png", 1),
        (PDF, "application/pdf", 1),
        (files.pdf(3, linearize=True), "application/pdf", 3),
        (PDF + b"\r\n", "application/pdf", 1),
    ],
)
def test_ordinary_files_are_taken(data: bytes, media_type: str, pages: int) -> None:
    checked = check_upload(data, filename="居住证.bin")
    assert (checked.media_type, checked.pages, checked.size) == (media_type, pages, len(data))


def test_a_camera_may_append_pictures_of_its_own() -> None:
    main = JPEG[:2] + b"\xff\xe2\x00\x06MPF\0" + JPEG[2:]
    assert check_upload(main + JPEG, filename="photo.jpg").media_type == "image/jpeg"
    for tail in (JPEG + HTML, HTML):
        with pytest.raises(DisguisedFile):
            check_upload(main + tail, filename="photo.jpg")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", UnreadableFile),
        (b"\0" * (20 * 1024 * 1024 + 1), FileTooLarge),
        (HTML, FileTypeNotAllowed),
        (files.archive(), FileTypeNotAllowed),
        (b"MZ" + b"\0" * 100, FileTypeNotAllowed),
        (files.picture("GIF"), FileTypeNotAllowed),
        (HTML + PDF, DisguisedFile),
        (HTML + PNG, DisguisedFile),
        (PDF + files.archive(), DisguisedFile),
        (JPEG + files.archive(), DisguisedFile),
        (files.png_carrying(files.archive()), DisguisedFile),
        (JPEG + HTML, DisguisedFile),
        (JPEG + JPEG, DisguisedFile),
        (PNG + HTML, DisguisedFile),
        (PDF + HTML, DisguisedFile),
        (JPEG[:-40], UnreadableFile),
        (PNG[:-40], UnreadableFile),
        (PDF[:-40], UnreadableFile),
        (PDF.replace(b"/Pages", b"/Rages"), UnreadableFile),
        (files.pdf(encryption=files.pikepdf.Encryption(owner="a", user="b")), UnreadableFile),
        (files.pdf(encryption=files.pikepdf.Encryption(owner="a", user="")), UnreadableFile),
        (files.pdf(0), UnreadableFile),
        (files.pdf_with(OpenAction=files.action("JavaScript", JS="app.alert(1)")), ActiveContent),
        (files.pdf_with(OpenAction=files.action("Launch", F="cmd.exe")), ActiveContent),
        (files.pdf_with(AA=[[files.pikepdf.Dictionary(WC=files.action("JavaScript"))]]), ActiveContent),
        (files.pdf_with(AcroForm=files.pikepdf.Dictionary(XFA="x")), ActiveContent),
        (files.pdf_with_attachment(), ActiveContent),
        (files.pdf_with_picture(30_000, 30_000), TooManyPixels),
        (files.png_bomb(30_000), TooManyPixels),
    ],
)
def test_other_files_are_refused(data: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(Refused) as refused:
        check_upload(data, filename="residence.pdf")
    assert type(refused.value) is refusal


def test_a_script_in_an_object_stream_is_found() -> None:
    mode = files.pikepdf.ObjectStreamMode.generate
    with files.pikepdf.open(files.BytesIO(files.pdf_with(OpenAction=files.action("JavaScript", JS="x")))) as document:
        out = files.BytesIO()
        document.save(out, object_stream_mode=mode)
    assert b"JavaScript" not in out.getvalue()
    with pytest.raises(ActiveContent):
        check_upload(out.getvalue(), filename="x.pdf")


def test_a_picture_that_lies_about_its_size_harms_nobody() -> None:
    """40 million pixels in the header, a bomb behind it."""
    bomb = files.png_bomb(20_000)
    header = files.struct.pack(">IIBBBBB", 6000, 6000, 1, 0, 0, 0, 0)
    lie = bomb[:8] + files.png_chunk(b"IHDR", header) + bomb[33:]
    assert check_upload(lie, filename="x.png").media_type == "image/png"


def test_the_inspector_limits_itself(tmp_path: Path) -> None:
    """What a parser taken over by a file could try: much memory, a file of its own."""
    greedy = (
        "import os\n"
        "from tongban.documents import inspect\n"
        "inspect._limit()\n"
        "try:\n    bytearray(2 * inspect.MEMORY)\nexcept MemoryError:\n    print('memory')\n"
        f"handle = os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY)\n"
        "try:\n    os.write(handle, b'x')\nexcept OSError:\n    print('files')\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", greedy], capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["memory", "files"]


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("居住证.jpg", "居住证.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\fakepath\\证明.pdf", "证明.png"),
        ("a\u202egpj.exe", "agpj.png"),
        ('<x>"y.png', "_x__y.png"),
        ("\x00\n", "file.png"),
        ("...", "file.png"),
        ("长" * 300 + ".png", "长" * 100 + ".png"),
    ],
)
def test_names_are_made_safe(given_name: str, name: str) -> None:
    assert check_upload(PNG, filename=given_name).name == name


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([JPEG, PNG, PDF]), st.data())
def test_no_damage_breaks_the_inspector(data: bytes, draw: st.DataObject) -> None:
    """In process, so that a crash shows: every answer is a verdict."""
    start = draw.draw(st.integers(0, len(data) - 1))
    damaged = data[:start] + draw.draw(st.binary(max_size=8)) + data[start + draw.draw(st.integers(0, 8)) :]
    try:
        assert inspect.inspect(damaged)["size"] == len(damaged)
    except inspect._Refused as refused:
        assert refused.refused


@pytest.mark.parametrize("cut", range(0, len(PNG), 97))
def test_a_cut_picture_is_never_whole(cut: int) -> None:
    for whole in (PNG, JPEG):
        with pytest.raises(inspect._Refused):
            inspect.inspect(whole[: min(cut, len(whole) - 3)])
