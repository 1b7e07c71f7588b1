"""WeChat: an issue as articles of an official account (公众号), pasted into its editor by hand, or sent as a draft."""
