"""The version of this tool, the one place: ``pyproject.toml`` reads it from here."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.2.0"
