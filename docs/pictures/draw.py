#!/usr/bin/env python3
"""Draws dashboards as pictures: the panels of their JSON in their places, with what a real Prometheus returns.

It starts the demonstration and a Prometheus that scrapes it with the shipped rules, waits, sends the queries of each
dashboard, and writes one SVG for each. It is not Grafana: fonts, colours and axes are its own, as each picture states.
Standard library only.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

import svg

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRAPE_SECONDS = 2
# What is drawn: the file, values of variables, and how many lines of the grid.
PICTURES = [
    ("fleet", {}, 68),
    ("database", {"database": "orders"}, 62),
]


class Prometheus:
    """A client of the API: instant queries and queries over a range."""

    def __init__(self, address):
        self.address = address

    def call(self, path, **parameters):
        form = urllib.parse.urlencode(parameters).encode()
        with urllib.request.urlopen(f"{self.address}/api/v1/{path}", form, timeout=30) as response:
            return json.load(response)["data"]["result"]

    def now(self, expression):
        return self.call("query", query=expression)

    def over(self, expression, start, end):
        step = max(SCRAPE_SECONDS, (end - start) / 300)
        return self.call("query_range", query=expression, start=start, end=end, step=step)


class Dashboard:
    """A dashboard with chosen values of its variables."""

    def __init__(self, file, chosen, span):
        self.json = json.loads((ROOT / "dashboards" / f"{file}.json").read_text())
        self.span = span
        self.values = {variable["name"]: chosen.get(variable["name"], variable.get("allValue", ".+"))
                       for variable in self.json["templating"]["list"] if variable["type"] == "query"}

    def fill(self, text):
        built_in = {"__rate_interval": f"{SCRAPE_SECONDS * 15}s", "__range": f"{int(self.span)}s"}
        values = sorted({**self.values, **built_in}.items(), key=lambda pair: -len(pair[0]))
        for name, value in values:
            text = text.replace(f"${name}", value)
        return text

    def results(self, panel, prometheus, end):
        """What each query of a panel returns, with its target."""
        for target in panel["targets"]:
            expression = self.fill(target["expr"])
            over_time = target["range"]
            yield target, (prometheus.over(expression, end - self.span, end) if over_time else prometheus.now(expression))

    def marks(self, prometheus, end):
        """Times at which the marks of the dashboard begin, with their colour and name."""
        for mark in self.json["annotations"]["list"]:
            for series in prometheus.over(self.fill(mark["expr"]), end - self.span, end) if "expr" in mark else []:
                yield float(series["values"][0][0]), mark["iconColor"], mark["name"]


def legend(target, labels):
    """The legend of a series: `{{label}}` is the value of the label."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), target["legendFormat"]).strip()


def draw(file, chosen, lines, prometheus, span):
    """One picture, as SVG."""
    dashboard, end = Dashboard(file, chosen, span), time.time()
    marks = list(dashboard.marks(prometheus, end))
    picture = svg.Picture(dashboard.json["title"], {**dashboard.values}, lines)
    for item in dashboard.json["panels"]:
        if item["gridPos"]["y"] + item["gridPos"]["h"] > lines:
            continue
        if item["type"] == "row":
            picture.heading(item)
            continue
        results = [(target, legend, found) for target, found in dashboard.results(item, prometheus, end)]
        picture.panel(item, results, (end - span, end), marks)
    total = max(item["gridPos"]["y"] + item["gridPos"]["h"] for item in dashboard.json["panels"])
    return picture.finish(
        f"Drawn by docs/pictures/draw.py from dashboards/{file}.json and what a real Prometheus returned after "
        f"{int(span / 60)} minutes of `plimsoll demo`. This is not Grafana: places, queries, units and colours of levels are "
        f"those of the dashboard, fonts and axes are not. Lines 1 to {lines} of {total} of the grid."
    )


def started(command, pattern, folder):
    """Starts a program and waits for the address in its log."""
    log = pathlib.Path(folder) / pathlib.Path(command[0]).name
    process = subprocess.Popen(command, stdout=log.open("w"), stderr=subprocess.STDOUT, cwd=folder)
    deadline = time.time() + 60
    while time.time() < deadline and process.poll() is None:
        found = re.search(pattern, log.read_text())
        if found:
            return process, found[1]
        time.sleep(0.1)
    raise SystemExit(f"{command[0]} did not start:\n{log.read_text()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plimsoll", default=ROOT / "target/debug/plimsoll")
    parser.add_argument("--prometheus", default=ROOT / ".tools/bin/prometheus")
    parser.add_argument("--minutes", type=float, default=10, help="how long the demonstration runs before")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "docs/pictures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = []
        try:
            exporter, address = started(
                [str(options.plimsoll), "demo", "--web.listen-address=127.0.0.1:0"], r"address=(127\S+)", folder)
            programs.append(exporter)
            pathlib.Path(folder, "prometheus.yml").write_text(
                f"global: {{scrape_interval: {SCRAPE_SECONDS}s, evaluation_interval: {SCRAPE_SECONDS}s}}\n"
                f"rule_files: ['{ROOT}/alert-rules/*.yml']\n"
                "scrape_configs:\n- job_name: plimsoll\n  honor_labels: true\n"
                f"  static_configs: [{{targets: ['{address}']}}]\n")
            server, address = started(
                [str(options.prometheus), "--config.file=prometheus.yml", "--web.listen-address=127.0.0.1:0"],
                r'Listening on" address=(\S+)', folder)
            programs.append(server)
            print(f"waiting for {options.minutes:g} minutes of data", flush=True)
            time.sleep(options.minutes * 60)
            for file, chosen, lines in PICTURES:
                path = options.output / f"{file}.svg"
                path.write_text(draw(file, chosen, lines, Prometheus(f"http://{address}"), options.minutes * 60))
                print(path)
        finally:
            for program in programs:
                program.terminate()
                program.wait()


if __name__ == "__main__":
    main()
