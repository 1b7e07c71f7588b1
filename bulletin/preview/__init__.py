"""What the preview is made of, without the server: what changed, what was built, what the page says about it."""
