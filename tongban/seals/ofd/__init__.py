"""OFD (GB/T 33190) for one thing: a page that was printed as PDF, sealed after GB/T 38540, read and proved again.

Owns: the page as drawing, the writer of the subset, seals in the package, the reader, a small viewer (SVG). Does not own: how a page looks (the
templates of licences and papers), seals and their keys, whether a licence is valid.
Start reading at `page.py`, then `from_pdf.py` (where a page comes from), `writing.py`, `sealing.py` and `verifying.py`.
"""
