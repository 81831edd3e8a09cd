"""The law engine: typed expressions, dated and placed parameters, interpreter and SQL compiler. Knows no country."""
