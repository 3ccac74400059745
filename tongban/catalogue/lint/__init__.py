"""What makes an item good (事项体检): contradictions, gaps and odd wording of a record; dead links and gaps of a definition.

Pure functions that return findings with severities; an error keeps an item from publication. Start reading at `records.py` (what a source says of an
item) and `documents.py` (a definition).
"""
