"""The settings of a node, as a demonstration: without the mode named, a node starts for production."""

import os

os.environ.setdefault("TONGBAN_MODE", "demo")

from tongban.project.settings import *  # noqa: F403
