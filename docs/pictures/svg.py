"""Panels as SVG, in the manner of Grafana's dark theme: lines, numbers, bars and tables, each in its place of the grid."""

import html
import math
import re

WIDTH, COLUMNS, LINE, GAP, TOP = 1500, 24, 38, 8, 64
COLUMN = WIDTH / COLUMNS
SERIES = ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#fade2a", "#56a64b", "#e0b400",
          "#96d98d", "#ffcb7d", "#ca95e5", "#3274d9", "#a352cc", "#c4162a"]
COLORS = {"red": "#f2495c", "orange": "#ff9830", "yellow": "#fade2a", "green": "#73bf69", "blue": "#5794f2",
          "purple": "#b877d9", "text": "#ccccdc"}
FONT = "font-family='Inter, Helvetica, Arial, sans-serif'"


def number(value, unit):
    """A value as people write it in a unit of Grafana."""
    if value is None or math.isnan(value):
        return ""
    if unit in ("s", "ms", "µs", "m"):
        return duration(value * {"s": 1, "ms": 1e-3, "µs": 1e-6, "m": 60}[unit])
    if unit in ("bytes", "binBps"):
        return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]) + ("/s" if unit == "binBps" else "")
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "currencyUSD":
        return f"${value:.2f}"
    suffix = {"percent": " %", "cps": " /s", "cpm": " /min"}.get(unit, unit[7:] if unit.startswith("suffix:") else "")
    return scaled(value, 1000, ["", "K", "Mil", "Bil"]).strip() + suffix


def scaled(value, step, names):
    index = 0
    while abs(value) >= step and index < len(names) - 1:
        value, index = value / step, index + 1
    return f"{value:.3g} {names[index]}"


def duration(seconds):
    for size, name in [(604800, "weeks"), (86400, "days"), (3600, "hours"), (60, "min"), (1, "s"), (1e-3, "ms")]:
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds * 1e6:.3g} µs" if seconds else "0 s"


def text(x, y, content, size=12, fill="#ccccdc", more=""):
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' fill='{fill}' {more}>{html.escape(str(content))}</text>"


def rect(x, y, width, height, fill, more=""):
    return f"<rect x='{x:.1f}' y='{y:.1f}' width='{max(width, 0):.1f}' height='{height:.1f}' fill='{fill}' {more}/>"


def step_color(steps, value, usual="#ccccdc"):
    """The colour of the last threshold that a value has reached."""
    color = usual
    for step in steps:
        if step["value"] is None or value >= step["value"]:
            color = COLORS.get(step["color"], step["color"])
    return color


def ticks(low, high, base):
    """Round numbers between two ends, three to six of them: for bytes round in powers of 1024."""
    size = base ** math.floor(math.log(high - low, base))
    for step in [size * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)]:
        if (high - low) / step <= 5:
            first = math.ceil(low / step)
            return [step * index for index in range(first, math.floor(high / step + 1e-9) + 1)]
    return [low, high]


class Picture:
    """The canvas: a bar with the variables, then the grid."""

    def __init__(self, title, variables, lines):
        self.height = TOP + lines * LINE + 60
        self.parts = [rect(0, 0, WIDTH, self.height, "#111217"), text(14, 26, title, 18, "#ffffff")]
        chosen = [f"{name}: {'All' if value in ('.+', '.*') else value}" for name, value in variables.items()]
        self.parts.append(text(14, 50, "    ".join(chosen), 12, "#9d9da8", "xml:space='preserve'"))

    def heading(self, item):
        place = item["gridPos"]
        mark = "▸" if item["collapsed"] else "▾"
        hidden = f"   ({len(item['panels'])} panels)" if item["collapsed"] else ""
        self.parts.append(text(14, TOP + place["y"] * LINE + 24, f"{mark} {item['title']}{hidden}", 15, "#ffffff"))

    def panel(self, item, results, span, marks):
        place = item["gridPos"]
        box = (place["x"] * COLUMN + GAP / 2, TOP + place["y"] * LINE + GAP / 2,
               place["w"] * COLUMN - GAP, place["h"] * LINE - GAP)
        x, y, width, height = box
        clip = f"panel-{item['id']}"
        self.parts.append(f"<clipPath id='{clip}'>{rect(*box, 'none')}</clipPath><g clip-path='url(#{clip})'>")
        self.parts.append(rect(*box, "#181b1f", "stroke='#2c3235' rx='3'"))
        self.parts.append(text(x + 10, y + 20, item["title"], 13, "#d8d9da", "font-weight='600'"))
        inner = (x + 10, y + 30, width - 20, height - 38)
        kind = {"timeseries": Lines, "stat": Numbers, "bargauge": Bars, "table": Table}[item["type"]]
        self.parts.extend(kind(item, results, span, marks).draw(*inner))
        self.parts.append("</g>")

    def finish(self, caption):
        words, line, lines = caption.split(), "", []
        for word in words:
            if len(line) + len(word) > 220:
                lines.append(line)
                line = ""
            line += word + " "
        lines.append(line)
        for index, content in enumerate(lines):
            self.parts.append(text(14, self.height - 36 + 18 * index, content, 12, "#9d9da8"))
        head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {self.height}' width='{WIDTH}' {FONT}>"
        return "\n".join([head, *self.parts, "</svg>\n"])


class Panel:
    """What all sorts of panels have in common: the JSON and the results of its queries."""

    def __init__(self, item, results, span, marks):
        self.item, self.results, self.span, self.marks = item, results, span, marks
        self.defaults = item["fieldConfig"]["defaults"]
        self.unit = self.defaults["unit"]
        self.steps = self.defaults.get("thresholds", {}).get("steps", [])

    def look(self, name, letter=None):
        """The properties of the overrides that match a name or the letter of a query."""
        properties = {}
        for override in self.item["fieldConfig"]["overrides"]:
            matcher, options = override["matcher"]["id"], override["matcher"]["options"]
            is_match = (matcher == "byName" and options == name or matcher == "byFrameRefID" and options == letter
                        or matcher == "byRegexp" and re.search(options.strip("/"), name))
            if is_match:
                properties.update({entry["id"]: entry["value"] for entry in override["properties"]})
        return properties

    def instant(self):
        """Name and value of each series of now."""
        for target, legend, found in self.results:
            for series in found:
                yield legend(target, series["metric"]), float(series["value"][1])


class Numbers(Panel):
    def draw(self, x, y, width, height):
        values = list(self.instant())
        if not values:
            return [text(x, y + 24, "No data", 14, "#9d9da8")]
        wide, parts = width / len(values), []
        for index, (name, value) in enumerate(values):
            with_name = len(values) > 1 or self.item["options"]["textMode"] in ("name", "value_and_name")
            shown = name if self.item["options"]["textMode"] == "name" else number(value, self.unit)
            left, color = x + index * wide, step_color(self.steps, value)
            size = min(30, height / 2.2, wide / max(len(shown), 3) * 1.7)
            parts.append(text(left, y + height / 2 + size / 3, shown, round(size), color, "font-weight='600'"))
            if with_name and shown != name:
                parts.append(text(left, y + height - 2, name, min(12, round(wide / max(len(name), 1) * 1.8)), "#9d9da8"))
        return parts


class Bars(Panel):
    def draw(self, x, y, width, height):
        values = list(self.instant())
        tall = min(34, height / max(len(values), 1))
        most = max((abs(value) for _, value in values), default=1) or 1
        label, parts = width * 0.42, []
        for index, (name, value) in enumerate(values):
            top = y + index * tall
            color = step_color(self.steps, value, "#5794f2")
            parts.append(text(x, top + tall / 2 + 4, name, 12))
            parts.append(rect(x + label, top + 3, width - label - 60, tall - 6, "#22252b"))
            parts.append(rect(x + label, top + 3, (width - label - 60) * abs(value) / most, tall - 6, color))
            parts.append(text(x + width - 54, top + tall / 2 + 4, number(value, self.unit), 12, color))
        return parts


class Lines(Panel):
    def draw(self, x, y, width, height):
        series = [(legend(target, one["metric"]), target["refId"], [(float(t), float(v)) for t, v in one["values"]])
                  for target, legend, found in self.results for one in found]
        if not series:
            return [text(x, y + 24, "No data", 14, "#9d9da8")]
        plot = (x + 62, y + 4, width - 66, height - 40)
        low, high = self.ends([value for _, _, points in series for _, value in points])
        parts = self.axes(plot, low, high) + self.drawn_marks(plot)
        names, colors = [], {}
        for index, (name, letter, points) in enumerate(series):
            look = self.look(name, letter)
            color = look.get("color", {}).get("fixedColor")
            color = COLORS.get(color, color) or colors.setdefault(name, SERIES[len(colors) % len(SERIES)])
            parts.append(self.line(plot, (low, high), points, (color, look)))
            if (name, color) not in names:
                names.append((name, color))
        return parts + self.legend(x, y + height - 8, width, names)

    def ends(self, values):
        finite = [value for value in values if not math.isnan(value)] or [0, 1]
        low, high = self.defaults.get("min", min(finite)), self.defaults.get("max", max(finite))
        spread = (high - low) or abs(high) or 1
        low = low if "min" in self.defaults else (0 if low >= 0 and low < spread else low - spread / 10)
        return low, high if "max" in self.defaults else high + spread / 10

    def axes(self, plot, low, high):
        left, top, width, height = plot
        parts = []
        for value in ticks(low, high, 1024 if self.unit in ("bytes", "binBps") else 10):
            line = top + height * (1 - (value - low) / (high - low))
            parts.append(rect(left, line, width, 0.6, "#2c3235"))
            parts.append(text(left - 6, line + 4, number(value, self.unit), 10, "#9d9da8", "text-anchor='end'"))
        for part in range(4):
            minutes = (self.span[1] - self.span[0]) / 60 * (1 - part / 3)
            at, anchor = left + width * part / 3, ["start", "middle", "middle", "end"][part]
            shown = "now" if part == 3 else f"-{minutes:.0f} min"
            parts.append(text(at, top + height + 13, shown, 10, "#9d9da8", f"text-anchor='{anchor}'"))
        return parts

    def drawn_marks(self, plot):
        left, top, width, height = plot
        place = lambda at: left + width * (at - self.span[0]) / (self.span[1] - self.span[0])
        return [rect(place(at), top, 1, height, COLORS.get(color, color), "opacity='0.6'")
                for at, color, _ in self.marks if at > self.span[0] + 10]

    def line(self, plot, ends, points, style):
        (left, top, width, height), (low, high), (color, look) = plot, ends, style
        stepped, path, before = look.get("custom.lineInterpolation") == "stepAfter", "", None
        usual = min((second[0] - first[0] for first, second in zip(points, points[1:])), default=0)
        for at, value in points:
            x = left + width * (at - self.span[0]) / (self.span[1] - self.span[0])
            y = top + height * (1 - (value - low) / (high - low))
            connected = before is not None and at - before <= usual * 1.5
            path += f"{f'H{x:.1f}V{y:.1f}' if stepped else f'L{x:.1f} {y:.1f}'}" if connected else f"M{x:.1f} {y:.1f}"
            before = at
        dash = look.get("custom.lineStyle", {}).get("dash")
        dash = f"stroke-dasharray='{' '.join(map(str, dash))}'" if dash else ""
        return f"<path d='{path}' fill='none' stroke='{color}' stroke-width='1.3' {dash}/>"

    def legend(self, x, y, width, names):
        parts, left = [], x
        for name, color in names:
            needed = 20 + 6.2 * len(name)
            if left + needed > x + width:
                parts.append(text(left, y, "…", 11))
                break
            parts += [rect(left, y - 5, 12, 3, color), text(left + 16, y, name, 11, "#b8b8c4")]
            left += needed + 8
        return parts


class Table(Panel):
    def draw(self, x, y, width, height):
        organize = self.item["transformations"][-1]["options"]
        names, order = organize["renameByName"], organize["indexByName"]
        rows = self.rows()
        fields = [field for field in sorted(names, key=order.get) if any(row.get(field, "") != "" for row in rows)]
        extra = sorted({field for row in rows for field in row} - set(names) - set(organize["excludeByName"]))
        columns = [(field, names.get(field, field)) for field in fields + extra]
        if not columns:
            return [text(x, y + 24, "No data", 14, "#9d9da8")]
        self.sort(rows, names)
        return self.cells(x, y, width, height, columns, rows)

    def rows(self):
        """The rows of all queries; those with the same labels become one, as Grafana's merge does."""
        several, rows = len(self.results) > 1, []
        for target, _, found in self.results:
            field = f"Value #{target['refId']}" if several else "Value"
            for series in found:
                labels = {**series["metric"]}
                same = [row for row in rows if all(row.get(key, value) == value for key, value in labels.items())]
                row = same[0] if several and same else rows.append(labels) or rows[-1]
                row.update({**labels, field: float(series["value"][1])})
        return rows

    def sort(self, rows, names):
        fields = {title: field for field, title in names.items()}
        for order in self.item["options"]["sortBy"]:
            field = fields[order["displayName"]]
            rows.sort(key=lambda row: (field not in row, row.get(field, "")), reverse=order["desc"])

    def cells(self, x, y, width, height, columns, rows):
        shown, fits = rows[: int((height - 20) / 20)], []
        for field, title in columns:
            longest = max([len(title)] + [len(self.cell(field, title, row)[0]) for row in shown])
            fits.append(min(longest, 34) + 2)
        scale, parts, left = width / sum(fits), [rect(x, y + 18, width, 0.8, "#2c3235")], x
        for (field, title), fit in zip(columns, fits):
            room = fit * scale
            parts.append(text(left, y + 12, title, 11, "#6e9fff"))
            for index, row in enumerate(shown):
                content, color = self.cell(field, title, row)
                most = max(int(room / 6.4), 3)
                content = content if len(content) <= most else content[: most - 1] + "…"
                parts.append(text(left, y + 35 + index * 20, content, 12, color))
            left += room
        if len(rows) > len(shown):
            parts.append(text(x + width - 4, y - 10, f"{len(shown)} of {len(rows)} rows", 10, "#9d9da8", "text-anchor='end'"))
        return parts

    def cell(self, field, title, row):
        value, look = row.get(field, ""), self.look(title)
        if not isinstance(value, float):
            return value, "#8ab8ff" if "links" in look and value else "#ccccdc"
        steps = look.get("thresholds", {}).get("steps", [])
        return number(value, look.get("unit", self.unit)), step_color(steps, value)
