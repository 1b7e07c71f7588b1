"""The colleague who reads every issue before it goes out: rules, what silences them, mending, reports, reviews."""
