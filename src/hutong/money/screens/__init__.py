"""Pages of `money`: the payment run, batches and their lines, accounts and payees, recoveries, local arrangements."""

from hutong.money.screens import batches, books, forms, local, payees, recoveries, run, signing

__all__ = ["batches", "books", "forms", "local", "payees", "recoveries", "run", "signing"]
