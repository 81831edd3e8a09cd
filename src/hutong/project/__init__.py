"""The roof: settings, addresses, the command line and the processes that run together."""
