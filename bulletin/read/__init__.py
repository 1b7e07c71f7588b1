"""Read: `content/` → sources → issues and pages, one source in, one value out."""
