"""Books: an issue, or a year, as an EPUB 3.3 for e-readers and telephones."""
