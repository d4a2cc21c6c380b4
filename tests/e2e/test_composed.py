#!/usr/bin/env python3
"""Composed mails, hostile values too, read back by Python's email package (and by our own
parser, within the program that makes them) are equal to what was composed."""
import email
import email.header
import email.policy
import email.utils
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from facts import fact, run  # noqa: E402

PROGRAM = os.path.abspath('build/composed')
COUNT = 1500


def part(mail, kind, attached=False):
    for p in mail.walk():
        if p.get_content_type() == kind and p.is_attachment() == attached:
            return p.get_content().replace('\r\n', '\n')
    return None


def names(octets, field):
    """By the older of the package's two readers: the newer puts blanks between encoded words
    within a name (RFC 2047, section 6.2, takes them out)."""
    raw = email.message_from_bytes(octets, policy=email.policy.compat32)[field]
    return [str(email.header.make_header(email.header.decode_header(name)))
            for name, _ in email.utils.getaddresses([raw.replace('\r\n', '')])]


def wrong(made):
    octets = made['octets'].encode('ascii')
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    sender, reader = names(octets, 'from'), names(octets, 'to')
    compared = {
        'subject': (str(mail['subject']), made['subject']),
        'one sender': (len(sender), 1),
        'from': (sender[0], made['from']),
        'one reader': (len(reader), 1),
        'to': (reader[0], made['to']),
        'text': (part(mail, 'text/plain'), made['text']),
        'html': (part(mail, 'text/html'), made['html']),
        'file': (part(mail, 'text/plain', True), made['file']),
        'no other field': (sorted(k.lower() for k in mail.keys()), [
            'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to']),
        'short lines': (max(map(len, made['octets'].split('\r\n'))) <= 78, True),
        'no bare break': ('\n' in made['octets'].replace('\r\n', ''), False),
    }
    return ['%s: %r, not %r' % (what, got, want)
            for what, (got, want) in compared.items() if got != want]


def what_is_composed_is_read_back():
    seed = str(os.getpid())
    made = subprocess.run([PROGRAM, seed, str(COUNT)], capture_output=True, text=True, timeout=300)
    fact(made.returncode == 0, 'our own parser gives back what was composed (seed %s)' % seed,
         made.stderr[-800:])
    mails = [json.loads(line) for line in made.stdout.splitlines()]
    bad = [w for mail in mails for w in wrong(mail)]
    fact(len(mails) == COUNT and not bad,
         "%d mails of hostile values, read by Python's email, are equal" % COUNT, *bad[:5])


sys.exit(run([what_is_composed_is_read_back]))
