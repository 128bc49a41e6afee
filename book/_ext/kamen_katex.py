"""Formulas: their words in the edition's language, and sphinxcontrib-katex's server fit for a busy machine.

sphinxcontrib-katex connects as soon as the socket's file is there, which is a moment before anybody listens;
it gives up after five seconds; and where its server is not stopped, that holds our output open, so that a
piped build never ends.
"""

import re
import socket
import time
from subprocess import PIPE, Popen

from docutils import nodes
from kamen_words import FORMULA_WORDS, words
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


def translate(app, doctree, docname):
    """`\\text{…}` in formulas, which Sphinx's translations leave as they are."""
    t = words(app.config.language).gettext
    for node in doctree.findall(lambda n: isinstance(n, nodes.math | nodes.math_block)):
        tex = re.sub(
            r"\\text\{([^{}]*)\}",
            lambda m: rf"\text{{{t(m[1])}}}" if m[1] in FORMULA_WORDS else m[0],
            node.astext(),
        )
        if tex != node.astext():
            node.children = [nodes.Text(tex)]


def setup(app):
    app.connect("doctree-resolved", translate)
    KaTeXServer.start_server_process = classmethod(start)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
