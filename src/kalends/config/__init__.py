"""How one installation is put together: environment, keys, database, addresses, servers."""
