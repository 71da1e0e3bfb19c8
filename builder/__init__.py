"""Render the tiers, read the environment files, and write the build folder."""
