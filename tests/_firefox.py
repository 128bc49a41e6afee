"""Debian's Firefox, or anybody's, spoken to by WebDriver BiDi: Playwright drives only a Firefox of its own.

As much of it as the tests need: visit, evaluate, take pictures, and the address of every request.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PLACES = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
SETTINGS = {  # nothing but the test's own pages
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


def path():
    """Where Firefox is, or None: as tests/chromium.sh, an environment variable first."""
    return os.environ.get("KAMEN_FIREFOX") or next(filter(None, map(shutil.which, PLACES)), None)


class Firefox:
    """One tab. ``requests`` holds every address that was asked for."""

    def __init__(self):
        import websocket

        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items())
        (Path(self._profile.name) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        log = Path(self._profile.name) / "log"
        command = [path(), "--headless", "--no-remote", "--profile", self._profile.name]
        with log.open("w") as out:
            command += ["--remote-debugging-port", "0"]
            self._process = subprocess.Popen(
                command, stdout=out, stderr=out, env=os.environ | {"HOME": self._profile.name}
            )
        for _ in range(600):
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text())
            if found or self._process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            self._process.kill()
        assert found, log.read_text()
        self.requests, self._numbers = [], itertools.count(1)
        self._socket = websocket.create_connection(f"{found[1]}/session", timeout=60, suppress_origin=True)
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["network.beforeRequestSent"])
        self._tab = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _ask(self, method, **params):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv())
            if said.get("method") == "network.beforeRequestSent":
                self.requests.append(said["params"]["request"]["url"])
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]

    def goto(self, address):
        self._ask("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def resize(self, width, height):
        self._ask(
            "browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height}
        )

    def screenshot(self, x, y, width, height):
        """A box of the page, as a PNG in base64."""
        clip = {"type": "box", "x": x, "y": y, "width": width, "height": height}
        return self._ask(
            "browsingContext.captureScreenshot", context=self._tab, origin="document", clip=clip
        )["data"]

    def before_every_page(self, source):
        self._ask("script.addPreloadScript", functionDeclaration=f"() => {{ {source} }}")

    def evaluate(self, source):
        """What the page's `source` comes to, as text; a promise is waited for."""
        said = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({source})))()",
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        assert said["type"] == "success", said["exceptionDetails"]["text"]
        return json.loads(said["result"].get("value", "null"))

    def wait_for(self, source, seconds=60):
        """Until `source` is true in the page."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self.evaluate(source):
                return value
            time.sleep(0.2)
        raise AssertionError(f"not in {seconds} s: {source}")

    def close(self):
        self._socket.close()
        self._process.terminate()
        self._process.wait(20)
        self._profile.cleanup()
