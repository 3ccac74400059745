"""Malware scanners."""
