#!/usr/bin/env python3
"""One page of pictures of what the simulation found: page.py FOLDER reads the
TSV files there and writes FOLDER/index.html. Means over the seeds."""
import csv
import os
import sys
from html import escape

NAMES = {
    "1969": "letters of 1969, no help", "off": "e-mail of 2003, no help",
    "shortest": "the gateway, shortest way", "trust": "+ trust routing",
    "reminders": "+ reminders", "repair": "+ repair", "spread": "+ load spreading: all",
}
LADDER = [name for name in NAMES if name != "1969"]
INK, SOFT, BLUE, AMBER, GREY = "#1d2733", "#6b7785", "#2f6f9f", "#c9822b", "#d9dee4"


def read(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, newline="") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def of_run(runs, name, column):
    return mean(float(r[column]) for r in runs if r["run"] == name)


def percent(runs, name):
    return mean(100 * int(r["arrived"]) / int(r["intros"]) for r in runs if r["run"] == name)


# --- drawing ---------------------------------------------------------------------

class Picture:
    """An SVG with a frame from (left, top) to (right, bottom)."""

    def __init__(self, width, height, left=60, right=20, top=16, bottom=44):
        self.width, self.height = width, height
        self.left, self.right = left, width - right
        self.top, self.bottom = top, height - bottom
        self.parts = []

    def text(self, x, y, words, anchor="start", colour=INK, size=13, more=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" '
                          f'font-size="{size}" {more}>{escape(words)}</text>')

    def line(self, x1, y1, x2, y2, colour=GREY, width=1, more=""):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{colour}" stroke-width="{width}" {more}/>')

    def bar(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
                          f'height="{max(height, 0):.1f}" fill="{colour}" rx="2"/>')

    def dot(self, x, y, radius, colour, filled=True):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" stroke="{colour}" '
                          f'stroke-width="1.5" fill="{colour if filled else "white"}"/>')

    def path(self, points, colour):
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" '
                          'stroke-width="2.2"/>')

    def axes(self, most_x, most_y, step_x, step_y, name_x, name_y):
        """Scales to (0..most_x, 0..most_y); gives the two functions."""
        def at_x(v):
            return self.left + (self.right - self.left) * v / most_x

        def at_y(v):
            return self.bottom - (self.bottom - self.top) * v / most_y
        v = 0
        while v <= most_y + 1e-9:
            self.line(self.left, at_y(v), self.right, at_y(v))
            self.text(self.left - 8, at_y(v) + 4, f"{v:g}", "end", SOFT, 12)
            v += step_y
        v = 0
        while v <= most_x + 1e-9:
            self.text(at_x(v), self.bottom + 18, f"{v:g}", "middle", SOFT, 12)
            v += step_x
        self.text((self.left + self.right) / 2, self.height - 6, name_x, "middle", SOFT, 12)
        middle = (self.top + self.bottom) / 2
        self.text(14, middle, name_y, "middle", SOFT, 12, f'transform="rotate(-90 14 {middle})"')
        return at_x, at_y

    def svg(self, title):
        return (f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
                f'aria-label="{escape(title)}">' + "".join(self.parts) + "</svg>")


def bars(rows, unit="%", most=None):
    """rows: (name, value, colour, remark)."""
    p = Picture(760, 34 * len(rows) + 12, left=220, right=150, top=6, bottom=6)
    most = most or max(value for _, value, _, _ in rows) or 1
    for i, (name, value, colour, remark) in enumerate(rows):
        y = 6 + 34 * i
        p.text(210, y + 19, name, "end")
        p.bar(220, y + 4, (p.right - 220) * value / most, 22, colour)
        p.text(226 + (p.right - 220) * value / most, y + 20,
               f"{value:.3g}\u00a0{unit}{remark}", colour=SOFT)
    return p.svg("bars")


# --- the pictures -----------------------------------------------------------------

def ladder(runs):
    off = percent(runs, "off")
    rows = []
    for name in LADDER:
        value = percent(runs, name)
        remark = f"  ({value / off:.1f} times)" if off and name != "off" else ""
        rows.append((NAMES[name], value, GREY if name == "off" else BLUE, remark))
    return bars(rows)


def calibration(deciles):
    p = Picture(560, 430)
    at_x, at_y = p.axes(100, 100, 20, 20, "shown chance, %", "arrived, %")
    p.line(at_x(0), at_y(0), at_x(100), at_y(100), SOFT, 1, 'stroke-dasharray="4 4"')
    for prefix, colour in (("formula_", AMBER), ("", BLUE)):
        for decile in range(10):
            rows = [r for r in deciles if int(r["decile"]) == decile]
            count = sum(int(r[prefix + "count"]) for r in rows)
            if count == 0:
                continue
            shown = 100 * sum(float(r[prefix + "shown"]) for r in rows) / count
            arrived = 100 * sum(int(r[prefix + "arrived"]) for r in rows) / count
            p.dot(at_x(shown), at_y(arrived), 3 + (count / max(1, len(rows))) ** 0.5 / 8, colour,
                  prefix == "")
    p.dot(80, 30, 5, BLUE)
    p.text(92, 34, "as learnt from outcomes (what members are shown)", size=12)
    p.dot(80, 50, 5, AMBER, False)
    p.text(92, 54, "by the formula alone", size=12)
    return p.svg("calibration")


def days_until(folder, seed):
    p = Picture(560, 360)
    wanted = [("spread", BLUE), ("reminders", AMBER), ("off", SOFT)]
    curves = []
    for name, colour in wanted:
        fates = read(folder, f"fates-{seed}-{name}.tsv")
        if fates:
            days = sorted(float(f["days"]) for f in fates if f["arrived"] == "1")
            curves.append((name, colour, days, len(fates)))
    most = max([100 * len(days) / count for _, _, days, count in curves] + [1])
    most = 5 * (int(most / 5) + 1)
    at_x, at_y = p.axes(60, most, 10, 5, "days after the request", "arrived, % of all requests")
    for i, (name, colour, days, count) in enumerate(curves):
        points, have = [(at_x(0), at_y(0))], 0
        for day in range(1, 61):
            while have < len(days) and days[have] <= day:
                have += 1
            points.append((at_x(day), at_y(100 * have / count)))
        p.path(points, colour)
        p.line(76, 26 + 20 * i, 96, 26 + 20 * i, colour, 2.2)
        p.text(102, 30 + 20 * i, NAMES[name], size=12)
    return p.svg("time to the introduction")


def lengths(folder, seed):
    p = Picture(560, 300)
    off = read(folder, f"fates-{seed}-off.tsv")
    on = read(folder, f"fates-{seed}-spread.tsv")
    counts = []
    for fates in (off, on):
        lengths_of = [int(f["links"]) for f in fates if f["arrived"] == "1"]
        counts.append([100 * lengths_of.count(n) / max(1, len(lengths_of)) for n in range(11)])
    most = 10 * (int(max(map(max, counts)) / 10) + 1)
    at_x, at_y = p.axes(11, most, 1, 10, "links of the chains that arrived", "% of them")
    for i, (colour, shares) in enumerate(zip((SOFT, BLUE), counts)):
        for n, share in enumerate(shares):
            p.bar(at_x(n) - 13 + 13 * i, at_y(share), 12, p.bottom - at_y(share), colour)
    for i, (colour, words) in enumerate(((SOFT, NAMES["off"]), (BLUE, NAMES["spread"]))):
        p.bar(400, 20 + 20 * i, 12, 12, colour)
        p.text(418, 30 + 20 * i, words, size=12)
    return p.svg("lengths")


def load(runs):
    rows = []
    for name in ("trust", "repair", "spread"):
        rows.append((NAMES[name] + ": top 1 %", 100 * of_run(runs, name, "top_share"), BLUE, ""))
        rows.append(("three busiest", 100 * of_run(runs, name, "top_three"), AMBER, ""))
    rows.append(("1969: three carried", 48, GREY, ""))
    return bars(rows)


def sensitivity(rows):
    by_name = {r["run"]: r for r in rows}
    lines = ["<table><tr><th></th><th>pass on</th><th>stated wrong</th><th>a reminder moves</th>"
             "<th>ties</th><th>arrived</th><th>no help</th><th>times</th></tr>"]
    for name, r in by_name.items():
        off = by_name.get(name + "-off")
        if off is None:
            continue
        on_share = 100 * int(r["arrived"]) / int(r["intros"])
        off_share = 100 * int(off["arrived"]) / int(off["intros"])
        lines.append(f"<tr><th>{escape(name)}</th><td>{r['pass']}</td><td>{r['wrong']}</td>"
                     f"<td>{r['reminder']}</td><td>{r['contacts']}</td><td>{on_share:.1f} %</td>"
                     f"<td>{off_share:.2f} %</td><td>{on_share / max(off_share, 0.01):.1f}</td></tr>")
    return "".join(lines) + "</table>"


def numbers(runs):
    heads = ("reached", "arrived", "links", "days, half", "days, 90 %", "asks an arrival",
             "mails a member and month", "largest decile error")
    lines = ["<table><tr><th></th>" + "".join(f"<th>{h}</th>" for h in heads) + "</tr>"]
    for name in ["1969"] + LADDER:
        reached = mean(100 * int(r["reached"]) / int(r["intros"]) for r in runs if r["run"] == name)
        cells = [f"{reached:.2f} %", f"{percent(runs, name):.2f} %"]
        cells += [f"{of_run(runs, name, c):.2f}" for c in ("links", "days_half", "days_most", "asks")]
        gateway = name not in ("1969", "off")
        cells.append(f"{of_run(runs, name, 'mails'):.2f}" if gateway else "")
        cells.append(f"{100 * of_run(runs, name, 'error'):.1f}" if name == "spread" else "")
        lines.append(f"<tr><th>{NAMES[name]}</th>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    return "".join(lines) + "</table>"


STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .3rem; }
p { color: #3c4956; max-width: 46rem; } svg { width: 100%; max-width: 47rem; height: auto; }
svg text { font-family: inherit; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #d9dee4; }
tr th:first-child { text-align: left; font-weight: 500; }
"""


def page(folder):
    runs, deciles = read(folder, "runs.tsv"), read(folder, "deciles.tsv")
    if not runs:
        sys.exit(f"page.py: no runs.tsv in {folder}; make sim writes it")
    seed, seeds = runs[0]["seed"], len({r["seed"] for r in runs})
    parts = [
        ("What each help buys", f"Of {runs[0]['intros']} requests among {runs[0]['members']} "
         "people, how many ended with both put in touch (without help: how many reached the "
         "target). Each line adds one thing to the line above.", ladder(runs)),
        ("Is the shown chance true?", "The last third of the year, by the chance that was shown "
         "when the introduction was opened. On the dashed line, as many arrived as were promised.",
         calibration(deciles)),
        ("How long it takes", "", days_until(folder, seed)),
        ("How long the chains are", "", lengths(folder, seed)),
        ("Who carries it", "The share of relaying done by the busiest hundredth of the members, "
         "and of arrivals that went through the busiest three.", load(runs)),
        ("All numbers", "", numbers(runs)),
    ]
    rows = read(folder, "sensitivity.tsv")
    if rows:
        parts.append(("If people are otherwise", "A tenth of the people and requests, one thing "
                      "changed at a time.", sensitivity(rows)))
    body = "".join(f"<h2>{escape(t)}</h2><p>{escape(w)}</p>{c}" for t, w, c in parts)
    seeds_words = "one seed" if seeds == 1 else f"{seeds} seeds"
    with open(os.path.join(folder, "index.html"), "w") as f:
        f.write("<!doctype html><html lang=en><meta charset=utf-8><title>Does the help help?</title>"
                f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>"
                f"<h1>Does the help help?</h1><p>A simulated year ({seeds_words}): people whose "
                "true willingness the gateway never sees, and the gateway's own core, turn and "
                f"store between them.</p>{body}</html>")


if __name__ == "__main__":
    page(sys.argv[1] if len(sys.argv) > 1 else "build/sim")
