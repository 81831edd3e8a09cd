"""Reads of the package: advice of the law, papers needed, what is due, lists and exports."""
