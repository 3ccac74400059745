"""Places (行政区划): administrative divisions with their dates, and the halls and offices that serve in them.

Owns: region codes, names and their validity; halls (政务服务大厅) with windows, stations and kiosks; offices (受理机关、决定机关).
Does not own: which region is hosted where (alliance), who works in an office (people).
Start reading at `queries.py`, for where one can go at `points.py`; the data and its sources are in `data/`.
"""
