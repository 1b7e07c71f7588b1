"""Where readers and the ledger are kept: one interface (`base`), one set of statements (`sql`), two engines."""
