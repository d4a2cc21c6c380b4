#!/usr/bin/env python3
"""Scores what `passerelle parse --json` says of bounces and automatic answers.

  passerelle parse --json FILE... | score_bounce.py SHARED

SHARED holds corpus/visible.tsv and verdicts/expected.tsv. Lines of files that
are in neither are ignored. Importable: score(lines, shared) -> Score.
"""
import json
import os
import sys

# Where a source contradicts our rule, another source, or itself. Each entry is
# the end of a path; what is not listed here is judged as the source has it.

# Our rule: hard = the address is dead. flufl.bounce's P means "failed for good":
# a full mailbox, an expired queue and a loop are P there, soft for us (and for
# the other sources); where nothing at all is said we do not call it dead.
NOT_DEAD = ["tests/data/%s.txt" % name for name in (
    "netscape_01", "simple_32", "simple_44", "smtp32_01", "smtp32_02",                   # expired
    "qmail_02", "qmail_06", "qmail_07", "postfix_04", "hotpop_01", "yahoo_04", "simple_09",
    "dsn_01",                                                                            # full
    "sendmail_01",                                                                       # loop
    "aol_01",                                                        # refused this sender only
    "qmail_01", "smtp32_03", "smtp32_05", "simple_02")]              # no reason given
# The set's own tool calls "user unknown" filtered (soft) when it did not see the
# SMTP command; others of its files have the same words and hard (mcafee-04,
# verizon-02, messagelabs-02). Our rule: an unknown user is hard unless the words
# show that RCPT was accepted.
SAYS_UNKNOWN = ["lhost-receivingses-02.eml", "lhost-x2-01.eml", "lhost-zoho-03.eml",
                "lhost-x1-01.eml", "lhost-x1-02.eml", "lhost-apachejames-01.eml",
                "lhost-postfix-07.eml", "lhost-activehunter-02.eml", "lhost-mxlogic-03.eml",
                "rfc3464-42.eml", "lhost-amazonses-02.eml",
                "lhost-sendmail-27.eml"]  # "503 Need RCPT": refused at RCPT
# Single rows.
SINGLE = {
    "corpus/not-a-relay.msg": "a relay that refuses us says nothing of the address",
    "bsd/lhost-postfix-80.eml": "tool output; the reply names Spamhaus",
    "dos/rfc3464-01.eml": "tool output from the words; the DSN says user unknown",
    "dos/lhost-powermta-01.eml": "5.2.1 mailbox disabled; amazonworkmail-02, the same, is soft",
    "bsd/lhost-exim-37.eml": "the domain that does not exist is the sender's",
    "bsd/arf-15.eml": "an address the tool made up",
    "bsd/rhost-messagelabs-03.eml": "tool output; the reply says no more than 'Rejected'",
}
HARD_NOT_JUDGED = set(NOT_DEAD) | set(SAYS_UNKNOWN) | set(SINGLE)

RECIPIENTS_NOT_JUDGED = {
    "bsd/lhost-exim-03.eml": "X-Failed-Recipients and text differ (made anonymous unevenly)",
    "bsd/lhost-domino-03.eml": "DSN and text differ (made anonymous unevenly)",
    "mac/lhost-apachejames-01.eml": "the file has twelve zeros, the row eleven",
    "bsd/rfc3464-28.eml": "two mails in one file (mbox); we read one mail",
    "bsd/arf-15.eml": "an address the tool made up",
    "data/sendmail_01.txt": "'expanded from': what it was expanded to failed",
    "data/yale_01.txt": "a local-part only; two domains guessed by the source",
    "data/aol_01.txt": "a local-part only",
}
# A whole row that says nothing a reader of mail could agree with.
NOT_JUDGED = {"corpus/spam-bogus-email-in-report.msg": "plain spam, no bounce"}


class Score:
    """Per heading: right, wrong, not judged; and the wrong ones by name."""

    def __init__(self):
        self.rows = {}
        self.faults = []

    def add(self, heading, right, path, said="", wanted=""):
        row = self.rows.setdefault(heading, [0, 0, 0])
        if right is None:
            row[2] += 1
        elif right:
            row[0] += 1
        else:
            row[1] += 1
            self.faults.append((heading, path, said, wanted))

    def table(self):
        out = ["%-34s %6s %6s %6s %6s %8s" % ("kind", "files", "right", "wrong", "not", "right %")]
        for name, (right, wrong, left) in self.rows.items():
            judged = right + wrong
            share = "%.1f" % (100.0 * right / judged) if judged else "-"
            out.append("%-34s %6d %6d %6d %6d %8s"
                       % (name, judged + left, right, wrong, left, share))
        return "\n".join(out)


def exempt(table, path):
    return any(path.endswith(end) for end in table)


def blocks(expected):
    """bounce|rcpt=a;hard=1|rcpt=b;hard=0 -> [{"rcpt": "a", "hard": "1"}, ...]"""
    found = []
    for block in expected.split("|")[1:]:
        values = {}
        for item in block.split(";"):
            key, _, value = item.partition("=")
            if key == "rcpt":                   # an address may hold "=" itself
                values[key] = item[len("rcpt="):].lower()
            else:
                values[key] = value
        if found and "rcpt" in found[-1] and "rcpt" not in values:
            found[-1].update(values)            # rcpt=..|std_reason=..;hard=..
        else:
            found.append(values)
    return found


def hard_of(answer, address):
    for failure in answer.get("bounce") or []:
        if address is None or (failure.get("recipient") or "").lower() == address:
            return bool(failure.get("hard"))
    return None


def score_bounce(score, path, expected, answer):
    kind = answer.get("kind")
    if exempt(NOT_JUDGED, path):
        score.add("bounce: kind", None, path)
        return
    head = expected.split("|")[0]
    wanted = ("feedback-report",) if "reason=feedback" in expected else ("bounce",)
    score.add("bounce: kind", kind in wanted, path, kind, head)
    want = blocks(expected)
    addresses = [b["rcpt"] for b in want if b.get("rcpt", "?") != "?"]
    said = sorted((f.get("recipient") or "").lower() for f in answer.get("bounce") or [])
    if not addresses or exempt(RECIPIENTS_NOT_JUDGED, path):
        score.add("bounce: recipients", None, path)
    else:
        score.add("bounce: recipients", said == sorted(addresses), path, said, addresses)
    score_hard(score, path, [b for b in want if b.get("hard") in ("0", "1")], answer)


def score_hard(score, path, want, answer):
    """Right if it is right for every recipient of the file."""
    if not want:
        return
    if exempt(HARD_NOT_JUDGED, path):
        score.add("bounce: hard or soft", None, path)
        return
    said = []
    for block in want:
        address = block.get("rcpt") if block.get("rcpt") != "?" else None
        hard = hard_of(answer, address)
        said.append(hard_of(answer, None) if hard is None else hard)
    score.add("bounce: hard or soft", said == [b["hard"] == "1" for b in want], path,
              "%s %s" % (said, [f.get("reason") for f in answer.get("bounce") or []]),
              [(b["hard"], b.get("reason") or b.get("std_reason")) for b in want])


def score_autoreply(score, path, expected, answer):
    kind = answer.get("kind")
    if expected.startswith("yes"):
        wanted = {"yes:challenge-response": ("challenge", "auto-reply"),
                  "yes:list": ("list",)}.get(expected, ("auto-reply",))
        score.add("auto-reply: positives", kind in wanted, path, kind, expected)
    elif expected == "no:bounce":
        score.add("auto-reply: bounces", kind != "auto-reply", path, kind, expected)
    elif expected == "no:feedback-report":
        score.add("auto-reply: feedback reports", kind == "feedback-report", path, kind, expected)
    else:
        score.add("auto-reply: negatives", kind != "auto-reply", path, kind, expected)


def score_reply(score, path, answer):
    """A reply a person wrote must not be called a machine's."""
    score.add("human reply called a machine's", answer.get("kind") in ("person", "list", "malformed"),
              path, answer.get("kind"), "person")


def score_verdict(score, row, path, answer):
    kind = answer.get("kind")
    if row["label"] == "auto-reply":
        score.add("verdicts: auto-replies", kind == "auto-reply", path, kind, "auto-reply")
        score.add("verdicts: return dates", (answer.get("return_date") or "") == row["return_date"],
                  path, answer.get("return_date"), row["return_date"])
    else:
        score.add("human reply called a machine's", kind == "person", path, kind, "person")


def read_table(path):
    with open(path, encoding="utf-8") as lines:
        names = next(lines).rstrip("\n").split("\t")
        for line in lines:
            yield dict(zip(names, line.rstrip("\n").split("\t")))


def answer_key(path):
    """The end of a path that tells files of both sets apart."""
    return os.path.normpath(path)


def score(lines, shared):
    result = Score()
    answers = {}
    for line in lines:
        answer = json.loads(line)
        answers[os.path.abspath(answer["file"])] = answer
    for row in read_table(os.path.join(shared, "corpus", "visible.tsv")):
        answer = answers.get(os.path.abspath(os.path.join(shared, "corpus", row["path"])))
        if answer is None:
            continue
        if row["kind"] == "bounce":
            score_bounce(result, row["path"], row["expected"], answer)
        elif row["kind"] == "autoreply":
            score_autoreply(result, row["path"], row["expected"], answer)
        elif row["kind"] == "reply" and row["path"].endswith((".eml", ".email", ".msg")):
            score_reply(result, row["path"], answer)
    for row in read_table(os.path.join(shared, "verdicts", "expected.tsv")):
        path = os.path.join(shared, "verdicts", row["file"])
        if os.path.abspath(path) in answers:
            score_verdict(result, row, row["file"], answers[os.path.abspath(path)])
    return result


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    result = score(sys.stdin, sys.argv[1])
    print(result.table())
    for heading, path, said, wanted in result.faults:
        print("wrong  %s: %s\n         said %s, wanted %s" % (heading, path, said, wanted))


if __name__ == "__main__":
    main()
