"""Care of an installation: proof that something is gone, backups and what comes of them."""
