"""Another embedder or chunker: an index beside the live one, judged, then live in one step."""
