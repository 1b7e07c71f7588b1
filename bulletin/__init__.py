"""Work bulletins of small public offices, from Markdown to website."""

__version__ = "0.1.0"
