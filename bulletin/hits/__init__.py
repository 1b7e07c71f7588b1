"""The counter behind 点击: how often each issue and article was read. docs/hits.md has the rules."""
