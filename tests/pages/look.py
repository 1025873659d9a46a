#!/usr/bin/env python3
"""Looks at the pages in a headless Chromium: pictures at the width of a phone and of a desktop, and what breaks.

It starts the demonstration, waits for its values, and of each page
- takes a picture, light and dark;
- fails if the page is wider than the screen;
- fails on every violation that axe-core finds, if axe-core is there (`npm install --prefix .tools/axe axe-core`);
- fails if the page has a script, or a policy that allows one.
Chromium must be on the path. Standard library only.
"""

import argparse
import html
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXE = ROOT / ".tools/axe/node_modules/axe-core/axe.min.js"
WIDTHS = {"phone": 390, "desktop": 1280}
PAGES = {
    "overview": "/?refresh=off",
    "overview-filtered": "/?refresh=off&engine=postgres&sort=issues",
    "database": "/resources/orders?refresh=off",
    "cluster": "/resources/{cluster}?refresh=off",
    "headroom": "/headroom?count=50&refresh=off",
    "databases": "/resources?refresh=off",
}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=20000"]
# Runs in a copy of the page, which has no policy: the page itself allows no script.
PROBE = """
const width = document.scrollingElement.scrollWidth, room = document.documentElement.clientWidth;
const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1)
  .slice(0, 5).map(e => e.outerHTML.slice(0, 120));
const report = violations => parent.postMessage(JSON.stringify({width, room, wide, violations}), '*');
window.axe
  ? axe.run(document, {iframes: false}).then(all => report(all.violations.map(one =>
      [one.id, one.impact, one.nodes.length, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary.slice(0, 300)])))
  : report(null);
"""
FRAME = """<!doctype html><title>frame</title><body style="margin:0"><iframe src="{source}" width="{width}" height="{height}"
style="border:0;display:block"></iframe><pre id="result" style="display:none">none</pre>
<script>onmessage = event => document.getElementById('result').textContent = event.data</script>"""


class Copies(http.server.BaseHTTPRequestHandler):
    """Copies of the pages with a probe in them, in frames as wide as a screen: a window cannot be as narrow as a phone."""

    origin = None

    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if self.path.startswith("/frame"):
            source = "/copy?" + urllib.parse.urlencode({"path": query["path"], "probe": query["probe"]})
            text = FRAME.format(source=html.escape(source), width=query["width"], height=query["height"])
        elif self.path.startswith("/copy"):
            text = fetch(self.origin + query["path"])[0]
            if query["probe"] == "yes":
                axe = f"<script>{AXE.read_text()}</script>" if AXE.exists() else ""
                text = text.replace("</body>", f"{axe}<script>{PROBE}</script></body>")
        else:
            text = ""
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def fetch(address):
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.read().decode(), response.headers


class Browser:
    def __init__(self, folder):
        self.command = [shutil.which("chromium") or shutil.which("google-chrome"), *FLAGS, f"--user-data-dir={folder}"]

    def run(self, *arguments):
        return subprocess.run([*self.command, *arguments], check=True, capture_output=True, text=True, timeout=120).stdout


def start_demo(program, folder):
    process = subprocess.Popen([program, "demo", "--web.listen-address", "127.0.0.1:0"], cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if found := re.search(r"127\.0\.0\.1:(\d+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, f"http://127.0.0.1:{found[1]}"
    raise SystemExit("the demonstration does not start")


def check(origin, copies, browser, name, path):
    """What is wrong with one page."""
    text, headers = fetch(origin + path)
    policy, wrong = headers["Content-Security-Policy"], []
    if "<script" in text or "script-src" in policy or "default-src 'none'" not in policy:
        wrong.append(f"{name}: scripts")
    for screen, width in WIDTHS.items():
        frame = {"path": path, "width": width, "height": 4000, "probe": "yes"}
        dom = browser.run("--dump-dom", f"{copies}/frame?{urllib.parse.urlencode(frame)}")
        found = re.search(r'<pre id="result"[^>]*>(.*?)</pre>', dom, re.S)[1]
        result = json.loads(html.unescape(found))
        if result["width"] > result["room"]:
            wrong.append(f"{name} {screen}: {result['width']} px wide on {result['room']}: {result['wide']}")
        wrong += [f"{name} {screen}: {violation}" for violation in result["violations"] or []]
    return wrong


def draw(copies, browser, name, path, out):
    for screen, width in WIDTHS.items():
        frame = {"path": path, "width": width, "height": 2400, "probe": "no"}
        address = f"{copies}/frame?{urllib.parse.urlencode(frame)}"
        for scheme, flags in {"light": [], "dark": ["--blink-settings=preferredColorScheme=0"]}.items():
            picture = out / f"{name}-{screen}-{scheme}.png"
            browser.run(*flags, f"--window-size={max(width, 500)},2400", f"--screenshot={picture}", address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / "target/debug/plimsoll")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target/pages")
    parser.add_argument("--only", choices=PAGES, action="append")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        demo, origin = start_demo(arguments.program, folder)
        Copies.origin = origin
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Copies)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            time.sleep(8)
            resources = json.loads(fetch(origin + "/api/v1/resources")[0])["resources"]
            cluster = next(one["id"] for one in resources if one["kind"] == "db-cluster")
            browser, copies = Browser(folder + "/profile"), f"http://127.0.0.1:{server.server_port}"
            wrong = [] if AXE.exists() else ["skipped: axe-core is not installed"]
            for name, path in PAGES.items():
                if not arguments.only or name in arguments.only:
                    path = path.format(cluster=cluster)
                    wrong += check(origin, copies, browser, name, path)
                    draw(copies, browser, name, path, arguments.out)
                    print(name, "looked at", flush=True)
        finally:
            demo.terminate()
    print("\n".join(wrong) or "nothing is wrong")
    raise SystemExit(any(not line.startswith("skipped") for line in wrong))


main()
