"""Document reading (材料识读): what stands on a scanned or photographed paper, field by field, with how sure it is and where on the page.

Owns: the process that reads (`engine.py`, started by `process.py`), what each kind of paper holds (`kinds.py`), the readings that are kept
(`keeping.py`). Does not own: which material is of which kind and which element a field answers (catalogue), who is told (review, web).
Start reading at `kinds.py`, then `process.py`. The reader itself is an optional extra (`ocr`); why: docs/adr/0031-papers-are-read-here.md.
"""
