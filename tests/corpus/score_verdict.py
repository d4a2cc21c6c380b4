#!/usr/bin/env python3
"""Scores what `passerelle parse --json` makes of people's answers, by the rules of
SHARED/verdicts/README.md: the label (a second one in the note counts), the word to be passed
on, the date to ask again, who was suggested; and, above all, that nothing is accepted that
is not labelled so.

    score_verdict.py [--program "build/passerelle parse --json"] [--shared DIR] [-v]
"""
import argparse
import csv
import json
import os
import re
import shlex
import subprocess
import sys


def rows(shared):
    with open(os.path.join(shared, 'verdicts', 'expected.tsv'), encoding='utf-8', newline='') as table:
        yield from csv.DictReader(table, delimiter='\t', quoting=csv.QUOTE_NONE)


def ask(program, shared, row):
    """One call a file: the person asked may differ (asked: in the note)."""
    asked = re.search(r'asked:(\S+?)[;,]?(\s|$)', row['note'] or '')
    command = shlex.split(program) + (['--asked', asked.group(1)] if asked else [])
    command.append(os.path.join(shared, 'verdicts', row['file']))
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout or '{}')


def label_of(answer):
    return answer.get('verdict') if answer.get('kind') == 'person' else answer.get('kind')


def folded(text):
    return ' '.join((text or '').split())


class Score:
    def __init__(self):
        self.counts, self.wrong = {}, []

    def add(self, what, right, path, said, wanted):
        counts = self.counts.setdefault(what, [0, 0])
        counts[0] += 1
        counts[1] += right
        if not right:
            self.wrong.append((what, path, said, wanted))


def score(program, shared):
    total = Score()
    for row in rows(shared):
        answer = ask(program, shared, row)
        said, path = label_of(answer), row['file']
        good = {row['label']} | set(re.findall(r'also:([a-z-]+)', row['note'] or ''))
        total.add('label', said in good, path, said, '/'.join(sorted(good)))
        total.add('no false accept', said != 'accept' or row['label'] == 'accept', path, said, row['label'])
        if said != row['label']:
            continue
        word = row['word'].replace('\\n', '\n')
        if row['label'] == 'accept':
            total.add('word', folded(answer.get('word')) == folded(word), path, answer.get('word'), word)
        if row['label'] in ('not-now', 'auto-reply'):
            date = answer.get('return_date') or ''
            total.add('date', date == row['return_date'], path, date, row['return_date'])
        if row['label'] == 'suggest':
            named = answer.get('suggested') or ''
            total.add('suggested', folded(named) == folded(row['suggested']), path, named, row['suggested'])
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--program', default='build/passerelle parse --json')
    parser.add_argument('--shared', default=os.environ.get('SHARED', '../shared'))
    parser.add_argument('-v', action='store_true', help='list what is wrong')
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.shared, 'verdicts', 'expected.tsv')):
        print('skipped: no verdicts at', options.shared)
        return 0
    total = score(options.program, options.shared)
    print('%-24s %6s %6s %7s' % ('verdicts', 'files', 'right', '%'))
    for what, (files, right) in total.counts.items():
        print('%-24s %6d %6d %7.1f' % (what, files, right, 100.0 * right / files))
    if options.v:
        for what, path, said, wanted in total.wrong:
            print('wrong  %s: %s\n         said %r, wanted %r' % (what, path, said, wanted))
    met = all(right == files if what == 'no false accept' else right >= 0.9 * files
              for what, (files, right) in total.counts.items())
    return 0 if met else 1


if __name__ == '__main__':
    sys.exit(main())
