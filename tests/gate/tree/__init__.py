"""Tests of the whole-tree model."""
