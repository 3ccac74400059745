"""The citizen's pages in a frame of a partner's site (嵌入): the same pages, the same doors, under /embed/.

Owns: which origins may frame them, their cookies inside a frame, the two entrances.
Does not own: a single page: `web/citizen` does.
Start reading at `profile.py`.
"""
