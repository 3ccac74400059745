"""A hospital's letter as a file: one page of a valid PDF with text on it."""

import io

import pikepdf


def letter(text: str) -> bytes:
    """`text` is ASCII and stands uncompressed in the file."""
    with pikepdf.new() as pdf, io.BytesIO() as file:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode())
        pdf.save(file, compress_streams=False)
        return file.getvalue()
