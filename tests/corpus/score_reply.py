#!/usr/bin/env python3
"""Own words: what the program makes of the reply corpus, against what its sources expect.

    score_reply.py [--program "build/passerelle parse --json"] [--corpus DIR] [-v]

The program gets file names and prints one JSON object a line, "own_words" among its members.
Compared without white space, as most sources do. Importable: score(results, corpus) -> Score.
"""
import argparse
import csv
import json
import os
import shlex
import subprocess
import sys
import time


class Score:
    """Counts of one kind of expectation, and a line for each that was not met."""

    def __init__(self):
        self.files = {}  # kind -> [files, right]
        self.checks = {"check": [0, 0]}
        self.wrong = []
        self.not_judged = 0

    def add(self, kind, right, path, why):
        counts = self.files.setdefault(kind, [0, 0])
        counts[0] += 1
        counts[1] += right
        if not right:
            self.wrong.append((kind, path, why))


def rows(corpus, kind):
    with open(os.path.join(corpus, "visible.tsv"), encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] == kind:
                yield row


def folded(text):
    return "".join(text.replace("\u200b", "").split())


def expected_text(corpus, expected):
    name = expected.split(":", 1)[1]
    path = os.path.join(corpus, name)
    if not os.path.exists(path):
        path = os.path.join(corpus, "expected", name)
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def check_holds(line, words):
    sign, text = line[:1], folded(line[2:].replace("\\n", "\n"))
    if sign == "+":
        return text in words
    if sign == "-":
        return text not in words
    return words.startswith(text)


def score(results, corpus):
    """results: path below the corpus -> (own words, seconds)."""
    total = Score()
    for row in rows(corpus, "reply"):
        path, expected = row["path"], row["expected"]
        words, seconds = results.get(path, (None, 0.0))
        kind = expected.split(":", 1)[0]
        if kind == "unknown":
            total.not_judged += 1
            continue
        if words is None:
            total.add(kind, False, path, "no answer")
        elif kind == "time":
            total.add(kind, seconds < 1, path, "took %.1f s" % seconds)
        elif kind == "exact":
            want = expected_text(corpus, expected)
            total.add(kind, folded(words) == folded(want), path,
                      "said %r, not %r" % (words[-300:], want[-300:]))
        elif kind == "check":
            missed = []
            for line in expected_text(corpus, expected).splitlines():
                if line[:2] in ("+ ", "- ", "^ "):
                    total.checks["check"][0] += 1
                    if check_holds(line, folded(words)):
                        total.checks["check"][1] += 1
                    else:
                        missed.append(line)
            total.add(kind, not missed, path, "missed %r in %r" % (missed, words[-300:]))
    return total


def run(program, corpus, kind="reply"):
    """Gives the files to the program, some at a time; the slow ones are timed alone."""
    names = [row["path"] for row in rows(corpus, kind)]
    results = {}
    for start in range(0, len(names), 50):
        some = names[start:start + 50]
        answers = ask(program, corpus, some)
        results.update(answers)
    for row in rows(corpus, kind):
        if row["expected"].startswith("time:"):
            began = time.monotonic()
            answer = ask(program, corpus, [row["path"]]).get(row["path"], (None, 0))
            results[row["path"]] = (answer[0], time.monotonic() - began)
    return results


def ask(program, corpus, names):
    out = {}
    command = shlex.split(program) + [os.path.join(corpus, name) for name in names]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout
    for line in said.decode("utf-8", "replace").splitlines():
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        name = os.path.relpath(answer.get("file", ""), corpus)
        out[name] = (answer.get("own_words") or "", 0.0)
    return out


def percent(counts):
    return 100.0 * counts[1] / counts[0] if counts[0] else 100.0


def main():
    shared = os.environ.get("SHARED", "../shared")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/passerelle parse --json")
    parser.add_argument("--corpus", default=os.path.join(shared, "corpus"))
    parser.add_argument("-v", action="store_true", help="list what is wrong")
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.corpus, "visible.tsv")):
        print("skipped: no corpus at", options.corpus)
        return 0
    total = score(run(options.program, options.corpus), options.corpus)
    print("%-14s %6s %6s %6s" % ("own words", "files", "right", "%"))
    for kind, counts in sorted(total.files.items()):
        print("%-14s %6d %6d %6.1f" % (kind, counts[0], counts[1], percent(counts)))
    checks = total.checks["check"]
    print("%-14s %6d %6d %6.1f" % ("single checks", checks[0], checks[1], percent(checks)))
    print("%-14s %6d" % ("not judged", total.not_judged))
    if options.v:
        for kind, path, why in total.wrong:
            print("\n%s %s\n  %s" % (kind, path, why))
    met = percent(total.files.get("exact", [0, 0])) >= 85 and percent(checks) >= 95
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
