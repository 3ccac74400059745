"""Taking published items in (目录导入): one adapter per source format, a report per record, storing apart from reading.

Owns: formats, what was taken, guessed and refused, versions of what was taken. Does not own: definitions (written by editors from it).
Start reading at `files.py` (which format a file has), then `guide.py` and `fields.py`; `storing.py` is the only one that knows tables.
"""
