"""The forms of licences (证照版式): a licence as PDF/A-3b, a pure function of what was signed; with its code, and with itself attached as a file.

Start reading at `printing.py`. A template is `templates/<id>-<version>.typ`, with `common.typ` before it; a new version is a new file, and old
licences are printed with theirs for ever.
"""
