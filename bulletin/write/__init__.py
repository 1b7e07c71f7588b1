"""Write: bytes → `site/`; the only step that touches it. Knows only values and errors."""
