"""Questions that nothing answered, gathered by what they mean: what a knowledge base lacks."""
