"""Items in the shape of the national upload tables (国家平台事项上报表).

Owns: which table and column what we know belongs to, what is missing there or too long. Does not own: sending it.
Start reading at `rows.py`, then `tables.py`; the tables are in data/formats/national-tables.yaml.
"""
