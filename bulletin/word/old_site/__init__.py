"""The old website: saved pages → issues with their numbers, times, counts, pictures and addresses."""
