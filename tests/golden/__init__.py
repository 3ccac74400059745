"""Bytes that an earlier version wrote and every later one must read."""
