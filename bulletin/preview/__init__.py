"""The preview server: file watching, builds, pages with the problems in them, live reload."""
