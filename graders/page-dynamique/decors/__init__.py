"""The settings among which each candidate gets one: a YAML file each."""

from __future__ import annotations

from pathlib import Path

import yaml

from etabli.exam.contract.plain import rebuild

from ..nouns import Setting

_FILES = sorted(Path(__file__).parent.glob("*.yaml"))
SETTINGS = tuple(rebuild(Setting, yaml.safe_load(path.read_text("utf-8"))) for path in _FILES)
