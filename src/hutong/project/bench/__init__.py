"""Measurements of the product: each module has `run(report)`, the command writes docs/performance.md."""
