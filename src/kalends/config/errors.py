"""What can be wrong with an installation; each message is a sentence for the person at the terminal."""


class ConfigurationError(Exception):
    """This installation cannot run as it is set up."""


class DataFolderInUse(ConfigurationError):
    """Another process holds the data folder."""


class PostgresUnavailable(ConfigurationError):
    """The embedded PostgreSQL cannot be found, made or started."""


class PortTaken(ConfigurationError):
    """Another program listens where we were told to listen."""
