"""Where counts are kept: one small interface (`base`), three engines, chosen by the URL (`opening`)."""
