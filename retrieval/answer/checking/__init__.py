"""What the passages say, whether they answer, and whether a sentence rests on them."""
