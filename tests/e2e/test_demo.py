#!/usr/bin/env python3
"""The demonstration that `make run` plays, and what it tells a newcomer to type next."""
import glob
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from facts import fact, run  # noqa: E402

PROGRAM = os.environ.get('PASSERELLE', os.path.abspath('build/passerelle'))


def plays(folder):
    demo = subprocess.run([PROGRAM, 'demo', folder], capture_output=True, text=True, timeout=60)
    fact(demo.returncode == 0, 'the demonstration ends with success', demo.stderr,
         demo.stdout[-600:])
    fact('declined' in demo.stdout and 'accepted: introduced' in demo.stdout,
         'a decline is repaired and the last mail goes to both', demo.stdout[-600:])
    again = subprocess.run([PROGRAM, 'demo', folder], capture_output=True, text=True, timeout=60)
    fact(again.returncode == 0, 'and plays again in the same folder', again.stderr)


def a_mail_dropped_in_is_answered(folder):
    before = set(glob.glob(folder + '/sent/new/*'))
    with open(folder + '/inbox/new/1', 'w') as file:
        file.write('From: claire@dubois.example\nTo: intro@nord.example\n'
                   'Subject: Mise en relation avec Tom Baker\n\nBonjour Tom, ...\n')
    once = subprocess.run([PROGRAM, '-c', folder + '/passerelle.conf', 'once'],
                          capture_output=True, text=True, timeout=60)
    new = set(glob.glob(folder + '/sent/new/*')) - before
    fact(once.returncode == 0 and len(new) == 1,
         'a mail put into the inbox is answered by `once`, with one mail', once.stderr, new)


def the_printed_commands_work(folder):
    for words in (['intro', 'show', '1'], ['route', 'Alice Martin', 'Katrin Vogel'],
                  ['member', 'list'], ['queue'], ['template', 'check']):
        told = subprocess.run([PROGRAM, '-c', folder + '/passerelle.conf', *words],
                              capture_output=True, text=True, timeout=60)
        fact(told.returncode == 0, 'then: ' + ' '.join(words), told.stderr)


with tempfile.TemporaryDirectory(prefix='demo.') as room:
    sys.exit(run([plays, a_mail_dropped_in_is_answered, the_printed_commands_work], room))
