"""Reads of `money`: what a run would pay, bank files, lists and sums."""
