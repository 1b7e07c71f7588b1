"""What comes out of an archive, one module an edition."""
