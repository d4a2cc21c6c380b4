#!/usr/bin/env python3
"""Contact files of the corpus against what their sources expect: how many people,
how many addresses, and the values of each card; and that every file is answered.

    score_contacts.py [--program "build/passerelle member import --dry-run --json"] [--shared DIR] [-v]

A card's name is compared where its source writes one; a firm is its first component.
"""
import argparse
import csv
import json
import os
import re
import shlex
import subprocess
import sys

GOAL = 97.0


def rows(corpus):
    with open(os.path.join(corpus, "visible.tsv"), encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] == "contacts":
                yield row


def read(program, path):
    """-> (contacts or None where the program did not end by itself, its last words)"""
    done = subprocess.run(shlex.split(program) + [path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode < 0 or done.returncode > 128:
        return None, "ended by signal: " + said
    try:
        return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()], said
    except ValueError as bad:
        return None, str(bad)


def plain(text):
    text = re.sub(r"\\([nN])", " ", text)
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


def cards(text):
    """The cards of a source's re-written file: [{name, emails, org, title, url}]."""
    text = re.sub(r"\r?\n[ \t]", "", text)
    card = None
    for line in text.splitlines():
        head, _, value = line.partition(":")
        name = head.split(";")[0].split(".")[-1].upper()
        if name == "BEGIN":
            card = {"name": "", "emails": [], "org": "", "title": "", "url": ""}
        elif name == "END" and card is not None:
            yield card
            card = None
        elif card is None:
            continue
        elif name == "EMAIL":
            card["emails"].append(plain(value))
        elif name == "ORG" and not card["org"]:
            card["org"] = plain(re.split(r"(?<!\\);", value)[0])
        elif name in ("FN", "TITLE", "URL"):
            key = {"FN": "name"}.get(name, name.lower())
            card[key] = card[key] or plain(value)


class Score:
    def __init__(self):
        self.counts = {}
        self.wrong = []

    def add(self, kind, right, path, why):
        counts = self.counts.setdefault(kind, [0, 0])
        counts[0] += 1
        counts[1] += bool(right)
        if not right:
            self.wrong.append((kind, path, why))

    def percent(self):
        judged = [counts for kind, counts in self.counts.items() if kind != "answered"]
        return 100.0 * sum(c[1] for c in judged) / max(1, sum(c[0] for c in judged))


def score_cards(score, path, got, want):
    score.add("count", len(got) == len(want), path, "%d cards, not %d" % (len(got), len(want)))
    for i, card in enumerate(want):
        said = got[i] if i < len(got) else {}
        for key, value in card.items():
            if key == "name" and not value:
                continue
            empty = [] if key == "emails" else ""
            score.add("value", said.get(key, empty) == value, path,
                      "%s is %r, not %r" % (key, said.get(key), value))


def score_file(score, corpus, row, got):
    for expected in row["expected"].split(","):
        kind, _, rest = expected.partition(":")
        if kind == "vcard":
            name = os.path.join(corpus, rest)
            with open(name, encoding="utf-8", errors="replace") as file:
                score_cards(score, row["path"], got, list(cards(file.read())))
        elif "=" in expected:
            wanted = dict(part.split("=") for part in expected.split(";"))
            found = {"contacts": len(got), "emails": sum(len(c["emails"]) for c in got)}
            for key in found:
                score.add("count", found[key] == int(wanted[key]), row["path"],
                          "%d %s, not %s" % (found[key], key, wanted[key]))
        else:
            noted = re.search(r"\bcards=(\d+)", row["note"])
            if noted:
                score.add("count", len(got) == int(noted.group(1)), row["path"],
                          "%d cards, not %s" % (len(got), noted.group(1)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/passerelle member import --dry-run --json")
    parser.add_argument("--shared", default=os.environ.get("SHARED", "../shared"))
    parser.add_argument("-v", action="store_true", help="list what is wrong")
    options = parser.parse_args()
    corpus = os.path.join(options.shared, "corpus")
    if not os.path.exists(os.path.join(corpus, "visible.tsv")):
        print("skipped: no corpus at", corpus)
        return 0
    score = Score()
    for row in rows(corpus):
        got, said = read(options.program, os.path.join(corpus, row["path"]))
        score.add("answered", got is not None, row["path"], said)
        score_file(score, corpus, row, got or [])
    print("%-14s %6s %6s %6s" % ("contacts", "facts", "right", "%"))
    for kind, counts in sorted(score.counts.items()):
        print("%-14s %6d %6d %6.1f" % (kind, counts[0], counts[1], 100.0 * counts[1] / counts[0]))
    if options.v:
        for kind, path, why in score.wrong:
            print("\n%s %s\n  %s" % (kind, path, why))
    answered = score.counts["answered"]
    met = answered[0] == answered[1] and score.percent() >= GOAL
    # For the test run: the table is one fact.
    print("%d passed, %d failed" % (met, not met))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
