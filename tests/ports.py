"""A port for a server that a test starts."""

import secrets
import socket


def free_port():
    """Return a port that is free and stays so: systems give out ports from 32768 up to whoever asks for any, as each
    new kernel does, and a port from there can be taken before the server has started."""
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
