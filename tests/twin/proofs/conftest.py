"""The proofs run against the same kind of server as the tests of control."""

from tests.twin.control.conftest import _shared_server, server

__all__ = ["_shared_server", "server"]
