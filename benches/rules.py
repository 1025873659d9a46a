"""How long Prometheus takes to evaluate the shipped alert rules over a large fleet.

A static page gives every database a value and a critical level for METRICS metric rules, and Prometheus scrapes it and
evaluates all rules. ALERTS of the values are beyond their level. Of each rule group, the quickest of three evaluations
counts: the machine may be busy with something else. All groups start within one interval and may overlap.

    make bench-rules DATABASES=10000 METRICS=29 ALERTS=44000
"""

import argparse
import gzip
import http.server
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).parent.parent
INTERVAL_SECONDS = 30
EVALUATIONS = 3
# Longer than everything together takes on a slow machine.
LIMIT_SECONDS = 1200

IDENTITY = 'account_id="123456789012",region="eu-west-1",dimension_DBInstanceIdentifier="db-{number}"'
RULE = re.compile(r"alert: RDS\w+(High|Low)\n.*?(aws_rds_\w+)\[.*?(aws_rds_\w+_threshold)\[", re.DOTALL)
DURATION = re.compile(r'prometheus_rule_group_last_duration_seconds\{rule_group=".*;(.*)"\} (\S+)')
CPU = re.compile(r"\nprocess_cpu_seconds_total (\S+)")
GROUPS = re.compile(r'prometheus_rule_group_iterations_total\{rule_group=".*;(plimsoll-rds-metric-\d+)"')
ITERATIONS = re.compile(r'prometheus_rule_group_iterations_total\{rule_group=".*;(.*)"\} (\S+)')


def page(rules, databases, metrics, alerts):
    """The page: series of one family stand together, and alerts are spread over metrics and databases."""
    pairs = dict((value, (side, level)) for side, value, level in RULE.findall(rules))
    pairs = list(pairs.items())[:metrics]
    total, lines = databases * len(pairs), []
    for family, (value, (side, level)) in enumerate(pairs):
        quiet, loud = ("10", "95.5") if side == "High" else ("95.5", "10")
        identities = [IDENTITY.format(number=number) for number in range(databases)]
        for number, identity in enumerate(identities):
            place = number * len(pairs) + family
            is_loud = (place + 1) * alerts // total > place * alerts // total
            lines.append(f"{value}{{{identity}}} {loud if is_loud else quiet}")
        lines.extend(f'{level}{{{identity},severity="critical"}} 90' for identity in identities)
    for number in range(databases):
        identity = IDENTITY.format(number=number)
        lines.append(f'plimsoll_resource_status{{{identity},status="available"}} 1')
    for number in range(databases):
        identity = IDENTITY.format(number=number)
        lines.append(f'plimsoll_resource_thresholds{{{identity},source="default"}} {len(pairs)}')
    lines.append('plimsoll_build_info{version="bench"} 1')
    return gzip.compress("\n".join(lines).encode() + b"\n", 1), len(lines)


def serve(body):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def start(prometheus, folder, rules, port):
    (folder / "rules.yml").write_text(rules)
    (folder / "prometheus.yml").write_text(
        f"global: {{scrape_interval: {INTERVAL_SECONDS}s, scrape_timeout: {INTERVAL_SECONDS}s, "
        f"evaluation_interval: {INTERVAL_SECONDS}s}}\nrule_files: [rules.yml]\nscrape_configs:\n"
        f"- {{job_name: plimsoll, honor_labels: true, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}\n"
    )
    log = open(folder / "log", "w+")
    command = [prometheus, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    process = subprocess.Popen([*command, "--web.listen-address=127.0.0.1:0"], stdout=log, stderr=log)
    return process, lambda: re.search(r'Listening on"? (?:component=web )?address=127.0.0.1:(\d+)', (folder / "log").read_text())


def own_metrics(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return answer.read().decode()


def query(port, expression):
    url = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(expression)}"
    with urllib.request.urlopen(url) as answer:
        found = re.search(r'"value":\[[^,]+,"([^"]+)"', answer.read().decode())
    return float(found[1]) if found else 0


def measure(port):
    """Seconds of the quickest evaluation of each group, and CPU seconds from one evaluation to the next."""
    while query(port, "count_over_time(plimsoll_build_info[1h])") < 2:
        time.sleep(1)
    durations, start, done = {}, own_metrics(port), 0
    while done < EVALUATIONS:
        time.sleep(1)
        text = own_metrics(port)
        done = min(count(text, group) - count(start, group) for group in GROUPS.findall(start)) - 1
        if done > 0:
            for group, seconds in DURATION.findall(text):
                durations[group] = min(float(seconds), durations.get(group, float(seconds)))
    return durations, (cpu(text) - cpu(start)) / (done + 1)


def count(text, group):
    return float(dict(ITERATIONS.findall(text))[group])


def cpu(text):
    return float(CPU.search(text)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", type=pathlib.Path, default=ROOT / "alert-rules/rds.yml")
    parser.add_argument("--prometheus", default=ROOT / ".tools/bin/prometheus")
    parser.add_argument("--databases", type=int, default=10_000)
    parser.add_argument("--metrics", type=int, default=29)
    parser.add_argument("--alerts", type=int, default=44_000)
    options = parser.parse_args()
    rules = options.rules.read_text()
    body, series = page(rules, options.databases, options.metrics, options.alerts)
    with tempfile.TemporaryDirectory() as folder:
        process, listening = start(options.prometheus, pathlib.Path(folder), rules, serve(body))
        deadline = threading.Timer(LIMIT_SECONDS, process.kill)
        deadline.start()
        try:
            while not listening():
                time.sleep(1)
            port = int(listening()[1])
            durations, used = measure(port)
            active = query(port, 'count(ALERTS{alertname=~"RDS.*"})')
        finally:
            deadline.cancel()
            process.terminate()
            process.wait()
    slowest = max(durations, key=durations.get)
    print(f"{options.databases} databases, {series} series, {active:.0f} active alerts, {rules.count('alert: ')} rules")
    print(f"all groups {sum(durations.values()):.2f} s, slowest {durations[slowest]:.2f} s ({slowest})")
    print(f"{used:.2f} s of CPU from one evaluation to the next, scrapes included")


if __name__ == "__main__":
    main()
