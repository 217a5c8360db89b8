"""Template tags of the credit app."""
