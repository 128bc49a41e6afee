"""sphinxcontrib-katex's server, made fit for a busy machine.

It connects as soon as the socket's file is there, which is a moment before anybody listens; it gives up after
five seconds; and where it is not stopped it holds our output open, so that a piped build never ends.
"""

import socket
import time
from subprocess import PIPE, Popen

from sphinxcontrib import katex
from sphinxcontrib.katex import KaTeXServer

PATIENCE = 120  # seconds
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = PATIENCE


def start(cls, rundir, timeout):
    path = rundir / "katex.sock"
    process = Popen(cls.build_command(socket=path), stdin=PIPE, stdout=PIPE, cwd=rundir)
    until = time.monotonic() + timeout
    while time.monotonic() < until and process.poll() is None:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(path))
            return process, sock
        except (FileNotFoundError, ConnectionRefusedError):
            sock.close()
            time.sleep(0.02)
    process.kill()
    raise cls.timeout_error(timeout)


def stop(app, exception):
    server = KaTeXServer.katex_server
    if server is not None and server.process.poll() is None:
        server.process.kill()
        server.process.wait()


def setup(app):
    KaTeXServer.start_server_process = classmethod(start)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
