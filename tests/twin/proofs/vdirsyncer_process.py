"""vdirsyncer's command line with its Graph storage, pointed at the simulator; a process of its own."""

import os

from vdirsyncer_graph import cli, client

client.GRAPH = os.environ["GRAPH_URL"]
cli.main()
