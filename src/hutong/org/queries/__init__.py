"""Reads of the package: the tree, search, posts, and the files the tree is loaded from."""
