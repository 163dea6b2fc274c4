"""What every Local and Ledger must do, in memory and on PostgreSQL alike.

A test module inherits `StoreContract` and gives it a `bench`: one installation in which Alice and Bob have connected
mailboxes, and nothing else has happened.
"""

from tests.contracts.ledger_contract import LedgerContract
from tests.contracts.local_contract import LocalContract


class StoreContract(LocalContract, LedgerContract):
    """Inherit, and define the fixture `bench`."""
