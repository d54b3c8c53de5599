"""HTTP. Knows the runners' protocols and no model."""
