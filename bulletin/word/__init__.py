"""Word and the old website: what an office has comes in, what it needs goes out."""
