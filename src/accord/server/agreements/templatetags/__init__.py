"""Template tags of the agreement's pages."""
