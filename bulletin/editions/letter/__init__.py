"""The letter: an issue as it goes by mail, for all readers alike."""
