"""A document's XML, read for what a reader of the printed page would see: blocks, without what is hidden."""
