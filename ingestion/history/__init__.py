"""What can be gone back to, and what must never come back."""
