"""What the model is given to read, inside its token budget."""
