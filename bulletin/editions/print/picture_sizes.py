"""How large a picture is, on the sheet and in a document of Word."""

from __future__ import annotations

MAX_WIDTH_MM = 150.0
MAX_HEIGHT_MM = 190.0
DOTS_PER_MM = 6.0
"""150 dots an inch: a picture is not printed larger than its dots allow."""
