"""One module per group of commands; each function takes the parsed arguments and returns the exit code, or None for 0.

`grammar.py` says what must be ready before a module is imported; so all imports stand at the top here as everywhere.
"""
