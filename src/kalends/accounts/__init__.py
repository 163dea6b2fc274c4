"""People of this installation: who may sign in, under which addresses they are known, and what administrators did."""
