"""Finding an item in everyday words (导办检索): what people say, how it sounds, what it means officially.

Owns: words, sounds, synonyms, the index, and what was looked for in vain. Does not own: what may be handled where (alliance; the pages say it).
Start reading at `index.py`, then `table.py`, `words.py`, `sounds.py`, `synonyms.py` (plain values); `gathering.py` and `asked.py` know the tables.
"""
