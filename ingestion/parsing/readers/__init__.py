"""One module per family of formats, each with `read(job)`; only the child imports them."""
