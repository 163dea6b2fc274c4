"""What an installation is told from outside, by environment variables; everything else is a setting in the database.

Each variable is declared once, here; docs/reference/configuration.md lists them from this declaration. What is always
the same for one data folder may stand in its file ``environment`` as lines ``NAME=value``; a variable that is set goes
first.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kalends.config.errors import ConfigurationError

FILE_NAME = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One environment variable: its name, what holds without it, and what it is for."""

    name: str
    default: str
    purpose: str

    def read(self) -> str:
        return os.environ.get(self.name, "").strip() or self.default

    def read_number(self) -> int:
        try:
            return int(self.read())
        except ValueError:
            message = f"{self.name} must be a whole number, not {self.read()!r}."
            raise ConfigurationError(message) from None


DATA = Variable(
    name="KALENDS_DATA",
    default="data",
    purpose="Folder of everything this installation keeps: keys, the embedded database, graphtwin's state.",
)
DATABASE_URL = Variable(
    name="DATABASE_URL",
    default="",
    purpose="A PostgreSQL server (postgresql://user:password@host:port/name). Without it, an embedded one is started.",
)
HOST = Variable(name="KALENDS_HOST", default="127.0.0.1", purpose="Address to listen on; 0.0.0.0 for all.")
PORT = Variable(name="KALENDS_PORT", default="8000", purpose="Port to listen on.")
BASE_URL = Variable(
    name="KALENDS_BASE_URL",
    default="",
    purpose="Address under which browsers and Microsoft reach Kalends. Without it, http://localhost and the port.",
)
GRAPH_URL = Variable(
    name="KALENDS_GRAPH_URL",
    default="",
    purpose="Where Microsoft Graph is. Without it, by the account type in the settings.",
)
LOGIN_URL = Variable(
    name="KALENDS_LOGIN_URL",
    default="",
    purpose="Where Microsoft's login is. Without it, by the account type in the settings.",
)
CA_FILE = Variable(
    name="KALENDS_CA_FILE",
    default="",
    purpose="Certificates (PEM) to trust for Graph and the login, instead of the usual ones; graphtwin prints its own.",
)
POOL_SIZE = Variable(
    name="KALENDS_POOL_SIZE",
    default="0",
    purpose="Database connections a process keeps in a pool; 0 for none. The web server uses 20 unless told otherwise.",
)
WORKER_CONCURRENCY = Variable(
    name="KALENDS_WORKER_CONCURRENCY", default="4", purpose="How many jobs one worker does at a time."
)
LOG_LEVEL = Variable(name="KALENDS_LOG_LEVEL", default="INFO", purpose="DEBUG, INFO, WARNING or ERROR.")
TWIN_PORT = Variable(name="GRAPHTWIN_PORT", default="8080", purpose="Port of the simulator's pages (kalends demo).")
TWIN_TLS_PORT = Variable(
    name="GRAPHTWIN_TLS_PORT", default="8443", purpose="Port of the simulator's Graph and login (kalends demo)."
)

VARIABLES = (
    DATA,
    DATABASE_URL,
    HOST,
    PORT,
    BASE_URL,
    GRAPH_URL,
    LOGIN_URL,
    CA_FILE,
    POOL_SIZE,
    WORKER_CONCURRENCY,
    LOG_LEVEL,
    TWIN_PORT,
    TWIN_TLS_PORT,
)


def data_folder() -> Path:
    return Path(DATA.read()).absolute()


def postgres_folder() -> Path:
    return data_folder() / "postgres"


def read_file() -> None:
    """Take over what the data folder's file ``environment`` says and nobody has set otherwise."""
    file = data_folder() / FILE_NAME
    if file.exists():
        for line in file.read_text().splitlines():
            name, equals, value = line.strip().partition("=")
            if equals and not name.startswith("#"):
                os.environ.setdefault(name.strip(), value.strip())


def write_file(values: Mapping[str, str]) -> None:
    """Let ``values`` hold for all commands on this data folder."""
    data_folder().mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={value}\n" for name, value in values.items()]
    (data_folder() / FILE_NAME).write_text("".join(lines))


def base_url() -> str:
    """The address of this installation, without a slash at its end."""
    return (BASE_URL.read() or f"http://localhost:{PORT.read_number()}").rstrip("/")
