"""Items of the catalogue before they are definitions (事项目录): codes, type tables, and what a published guide says of an item.

Plain values, no tables. Start reading at `record.py`, then `codes.py`.
"""
