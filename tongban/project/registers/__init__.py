"""Demo registers: three small outside systems with invented people, so that a node can be tried without any real register.

`python -m tongban.project.registers insured|residence|platform --port N --people FILE [--secret-file F]`. Refused in production.
"""
