"""The licence as OFD (GB/T 33190): the very page of the PDF, with the licence file inside. The same licence gives the same bytes."""

from tongban.licences.content import Content
from tongban.licences.face import SignedFace
from tongban.licences.forms.printing import print_licence
from tongban.licences.showing import ATTACHMENT, write_licence_file
from tongban.seals.ofd.from_pdf import draw_pdf
from tongban.seals.ofd.writing import Titled, write_ofd


def print_ofd(content: Content, signed: SignedFace, *, pdf: bytes = b"") -> bytes:
    """Without a seal. `pdf`: the licence as `print_licence` gives it, where it was printed already. Refuses what printing refuses."""
    drawing = draw_pdf(pdf or print_licence(content, signed.face, signed.signature))
    titled = Titled(f"{content.name.zh} {content.number}", content.issuer.name, content.decided_on)
    attached = {ATTACHMENT: write_licence_file(signed, content)}
    return write_ofd(drawing.pages, fonts=drawing.fonts, titled=titled, attachments=attached)
