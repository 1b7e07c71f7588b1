"""From a built site to the public: release, ledger, targets. Never reads the clock or the environment."""
