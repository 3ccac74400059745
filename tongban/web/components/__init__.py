"""Shared template parts and tags of both portals."""
