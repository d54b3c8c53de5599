"""From what is read to sentences with citations: the model's, or the sources' own."""
