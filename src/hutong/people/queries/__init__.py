"""Reads of the package: names and their keys, matching, children, law facts."""
