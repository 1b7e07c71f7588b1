"""The form: an optional service beside the site, by which readers join and leave (docs/mail.md)."""
