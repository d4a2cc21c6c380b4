#!/usr/bin/env python3
"""Own words of the reply corpus against what its sources expect; and that every
malformed mail gets an answer.

    score_reply.py [--program "build/passerelle parse --json"] [--corpus DIR] [-v]

The program gets file names and prints one JSON object a line, "own_words" among its members.
Compared without white space, as most sources do. The figures count every file; those that no
reader can get right by our rule stand in AGAINST_OUR_RULE, with the rule, and are marked in the
list of -v. Importable: run(program, corpus), then score(results, corpus) -> Score.
"""
import argparse
import csv
import json
import os
import resource
import shlex
import subprocess
import sys


# What our rules cost, by the end of the path. Rules: a quotation is never the writer's word, even
# if it is all there is; a forwarded mail is somebody else's; signatures, device lines and contact
# blocks go; below an attribution line without prefixed lines everything is quoted.
AGAINST_OUR_RULE = {
    "Fixtures/email_7.txt": "between quoted lines is an answer, unless the line above was full",
    "emails/quote_only.txt": "only a quotation: nothing said",
    "emails/embedded_email_7.txt": "the quotation goes, also above an answer",
    "emails/embedded_email_16.txt": "the quotation goes, also above an answer",
    "emails/embedded_email_18.txt": "unprefixed text below an attribution line: all quoted",
    "inline-html/test_readable_html_empty.html": "only a quotation: nothing said",
    "emails/forwarded_message.txt": "forwarded: not the writer's",
    "inline-html/test_gmail_forwarded_msg.html": "forwarded; other files of the set say so too",
    "inline-text/test_dont_parse_quotations_for_forwarded_messages.txt": "forwarded",
    "emails/embedded_email_swedish.txt": "a closing and a full name are a signature",
    "fixtures/email_not_a_signature.txt": "a closing and a full name are a signature",
    "inline-text/test_appointment.txt": "a contact block is a signature",
    "standard_replies/sparrow.eml": "below '-- ' is a signature",
    "standard_replies/iphone.eml": "a device line; other sets take it away",
    "emails/email_danish_3.txt": "'Hej' must not be in it, and is the writer's own greeting",
    "emails/email_danish_4.txt": "'Hej' must not be in it, and is the writer's own greeting",
    "fixtures/email_reply_header.txt": "must begin in the middle: the source looks at a fragment",
}


def rule_against(path):
    return next((why for end, why in AGAINST_OUR_RULE.items() if path.endswith(end)), None)


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


def score_malformed(results, corpus, total):
    """results: path -> (anything but None, seconds). One answer a file, that is all."""
    for row in rows(corpus, "mime-malformed"):
        words, _ = results.get(row["path"], (None, 0.0))
        total.add("malformed", words is not None, row["path"], "no answer")


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
            began = seconds_used()
            answer = ask(program, corpus, [row["path"]]).get(row["path"], (None, 0))
            results[row["path"]] = (answer[0], seconds_used() - began)
    return results


def seconds_used():
    """Of the processor, by the programs that ended: what else runs here does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def form(name):
    """The corpus README: .html is an HTML body, .eml a whole mail, the rest a text body."""
    if not name.startswith("reply/") or name.endswith(".eml"):
        return []
    return ["--html"] if name.endswith(".html") else ["--text"]


def ask(program, corpus, names):
    out = {}
    for option in [], ["--text"], ["--html"]:
        files = [os.path.join(corpus, name) for name in names if form(name) == option]
        if not files:
            continue
        command = shlex.split(program) + option + files
        said = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout
        for line in said.decode("utf-8", "replace").splitlines():
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            if not answer.get("file"):
                continue
            name = os.path.relpath(answer["file"], corpus)
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
    score_malformed(run(options.program, options.corpus, "mime-malformed"), options.corpus, total)
    print("%-14s %6s %6s %6s" % ("own words", "files", "right", "%"))
    for kind, counts in sorted(total.files.items()):
        print("%-14s %6d %6d %6.1f" % (kind, counts[0], counts[1], percent(counts)))
    checks = total.checks["check"]
    print("%-14s %6d %6d %6.1f" % ("single checks", checks[0], checks[1], percent(checks)))
    print("%-14s %6d" % ("not judged", total.not_judged))
    ruled = sum(1 for _, path, _ in total.wrong if rule_against(path))
    print("%-14s %6d" % ("by our rule", ruled))
    if options.v:
        for kind, path, why in total.wrong:
            rule = rule_against(path)
            print("\n%s %s\n  %s" % (kind, path, "our rule: " + rule if rule else why))
    survived = total.files.get("malformed", [0, 0])
    met = survived[0] == survived[1] and percent(total.files.get("exact", [0, 0])) >= 85 and percent(checks) >= 95
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
