"""The long proofs: whole with ``pytest --prove``, in a short form otherwise."""
