"""The letter: readers and their consent, runs, sending, collecting. An island: core values and the letter's edition."""
