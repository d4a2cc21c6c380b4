#!/usr/bin/env python3
"""passerelle route A B: what it explains, draws and refuses, on a small network.

    Alice --80-- Rob --80-- Dora --80-- Tara      Alice --60-- Hugo --80-- Tara
    Alice --35-- Ines --80-- Tara                 Alice --15-- Tara
    Tara --80-- a chain of seven more: N1 ... N7; Olga knows nobody and nobody knows her
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import xml.dom.minidom

PROGRAM = os.environ.get('PASSERELLE', os.path.abspath('build/passerelle'))
FOLDER = tempfile.mkdtemp(prefix='passerelle-route-')
CONF = os.path.join(FOLDER, 'p.conf')
OK, USAGE, DATAERR, NOINPUT, UNAVAILABLE = 0, 64, 65, 66, 69
HOSTILE = ['O\'Brien "Bo" <b>&amp;</b>', '\u202egnp.exe\u202c \u200f\u05d3\u05d5\u05d3', 'X' * 200,
           '\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f389', 'back\\slash \\N', ']]> --> ?>']
passed = failed = 0


def fact(sentence, holds, more=''):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print('%s %s%s' % ('ok' if holds else 'not ok', sentence, '' if holds else ' # %s' % (more,)), flush=True)


def run(*words):
    done = subprocess.run([PROGRAM, '-c', CONF, *words], capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def add(name, *links):
    """A member; links are (from, to, strength)."""
    run.count = getattr(run, 'count', 0) + 1
    code, _, err = run('member', 'add', 'u%d@x.example' % run.count, '--name', name)
    assert code == OK, err
    join(*links)
    return str(run.count)


def join(*links):
    for a, b, strength, *both in links:
        code, _, err = run('link', 'add', a, b, str(strength), *both)
        assert code == OK, err


def sql(text, *values):
    base = sqlite3.connect(os.path.join(FOLDER, 'state', 'a', 'passerelle.db'))
    with base:
        base.execute(text, values)
    base.close()


def asked(member, times):
    """As if this relay had been asked so often today."""
    for _ in range(times):
        asked.count = getattr(asked, 'count', 0) + 1
        token = 'a' * 20 + ''.join(chr(ord('a') + int(d)) for d in '%06d' % asked.count)
        sql("INSERT INTO asks (token, kind, member, hop, state, any_next, asked_at)"
            " VALUES (?, 'relay', ?, 1, 'moot', 0, ?)", token, int(member), int(time.time()) - 60)


def says(sentence, words, code, *parts, json_too=True):
    """The exit code and the sentences; with --json one value that says it too."""
    got, out, err = run('route', *words)
    fact(sentence, got == code and all(p in out + err for p in parts), (got, out, err))
    if json_too:
        got, out, err = run('route', *words, '--json')
        try:
            value = json.loads(out)
            fact('... and to a program', got == code and value['found'] == (code == OK), (got, value))
            return value
        except ValueError:
            fact('... and to a program', False, (got, out, err))
    return {}


def ways():
    value = says('the best chain is told link by link', ['Alice Martin', 'Tara Lind', '-k', '9'], OK,
                 'Alice Martin to Tara Lind: 3 links, worth 0.512, chance very good (0.82',
                 'Rob Stone     Dora Fox    80 %  very well',
                 '2. worth 0.480: Alice Martin --60%-> Hugo Berg --80%-> Tara Lind',
                 'Lower product: 0.480 against 0.512, 6 % less; its weakest link is Alice Martin to'
                 ' Hugo Berg with 60 %.', 'its only link has 15 %')
    fact('each way has a first link of its own', [c['members'][1]['name'] for c in value['chains']] ==
         ['Rob Stone', 'Hugo Berg', 'Ines Novak', 'Tara Lind'], value)
    fact('a program reads trust and what was stated', value['chains'][1]['links'] ==
         [{'from': 1, 'to': 4, 'trust': 60, 'stated': 3}, {'from': 4, 'to': 5, 'trust': 80, 'stated': 4}])
    fact('and why not', value['chains'][0]['why_not'] is None and 'Lower' in value['chains'][1]['why_not'])
    one = says('-k 1 is the best alone, at the same chance', ['1', '5', '-k', '1'], OK, 'worth 0.512')
    fact('the chance does not hang on -k', one['chance'] == value['chance'] and len(one['chains']) == 1)
    says('--hops 2 leaves the longer one', ['1', '5', '--hops', '2'], OK, '2 links, worth 0.480')
    says('an address is a member too', ['u1@x.example', 'u5@x.example'], OK, 'worth 0.512')


def passing_over():
    says('who is avoided is named with what it costs', ['1', '5', '--avoid', 'Rob Stone'], OK,
         'worth 0.480', 'Passed over: Alice Martin > Rob Stone > Dora Fox > Tara Lind is worth 0.512,'
         ' but Rob Stone is to be avoided.')
    says('several are avoided', ['1', '5', '--avoid', '2,4,Ines Novak'], OK, 'worth 0.150',
         'No other first link leads there.')
    says('a way that avoiding takes away', ['1', '3', '--avoid', '2,6'], UNAVAILABLE,
         'no way from Alice Martin to Dora Fox within 6 hops', 'but Rob Stone is to be avoided')
    asked('3', 6)
    says('a busy relay is told with its load, and what it changed', ['1', '5'], OK, 'worth 0.480',
         '2. worth 0.512', 'By trust alone it is worth more (0.512 against 0.480), but Dora Fox has'
         ' been asked often of late (load 85 %), so it counts as 0.435 against 0.480.')
    says('the load stands in the table', ['1', '5', '--avoid', '4'], OK, 'load of to', '85 %',
         'worth 0.512 (0.435 with load)')
    asked('3', 2)
    says('at the limit of the month a relay is left in peace', ['1', '5'], OK, 'worth 0.480',
         'Dora Fox has been asked 8 times in 30 days already (asks_per_month).')
    sql('DELETE FROM asks')
    sql('UPDATE links SET good = 0, bad = 4, percent = 40 WHERE from_member = 4 AND to_member = 5')
    says('what happened shows beside what was stated', ['1', '5', '--avoid', '2,6'], OK, 'learnt', '-40')
    sql('UPDATE links SET bad = 0, percent = 80 WHERE from_member = 4 AND to_member = 5')


def ties():
    a, b, c, d = add('Ada A'), add('Bea B'), add('Cyd C'), add('Dov D')
    join((a, b, 4), (b, d, 4), (a, c, 4), (c, d, 4))
    says('a tie goes to the lower ids, and is told', [a, d], OK, 'A tie at 0.640 with as many links;'
         ' the lower member id goes first: Bea B is member %s, Cyd C is member %s.' % (b, c))


def no_way():
    value = says('one hop too far: how many it takes', ['1', 'N3', '--hops', '3'], UNAVAILABLE,
                 'no way from Alice Martin to N3 within 3 hops',
                 'The shortest chain has 4 links, and at most 3 are allowed; --hops 4 finds it.')
    fact('a program reads how near it is', value['nearest'] == 4, value)
    value = says('further than any request goes', ['1', 'N7'], UNAVAILABLE, 'The shortest chain has 8 links')
    fact('that too', value['nearest'] == 8)
    value = says('nobody knows the target', ['1', 'Olga'], UNAVAILABLE, 'Nobody has a confirmed link to Olga.')
    fact('no number then', value['nearest'] is None)
    says('the requester knows nobody', ['Olga', '1'], UNAVAILABLE, 'Olga has no confirmed link to anybody.')
    says('links, but none leads there', ['N1', 'Rob Stone'], UNAVAILABLE,
         'No chain of any length leads from N1 to Rob Stone.')
    join(('Olga', 'Rob Stone', 0))
    says('a link of trust 0 is no way', ['Olga', 'Rob Stone'], UNAVAILABLE, 'trust 0')
    join(('Olga', 'Rob Stone', 4))
    sql("UPDATE links SET confirmed_to = 0 WHERE from_member = (SELECT id FROM members WHERE name = 'Olga')")
    says('nor is one that one side only confirmed', ['Olga', 'Rob Stone'], UNAVAILABLE, 'not confirmed by both')
    sql("UPDATE members SET state = 'known' WHERE id = 1")
    says('who was imported has to say yes first', ['1', '5'], UNAVAILABLE,
         'Alice Martin is only known: no member before an own yes', '--state member')
    sql("UPDATE members SET state = 'paused' WHERE id = 1")
    says('nobody asks through who has paused', ['1', '5'], UNAVAILABLE, 'Alice Martin is not active (paused)')
    sql("UPDATE members SET state = 'member' WHERE id = 1")
    sql("UPDATE members SET state = 'stopped' WHERE id = 5")
    says('nor to who has said stop', ['1', '5'], UNAVAILABLE, 'Tara Lind has said stop')
    sql("UPDATE members SET state = 'member' WHERE id = 5")


def refusals():
    says('an unknown member', ['1', 'Nobody'], NOINPUT, "no member 'Nobody'")
    says('an unknown requester, hostile', ['"\\\x1b<', '1'], NOINPUT, 'no member')
    says('an unknown one to avoid', ['1', '5', '--avoid', '2,Nobody'], NOINPUT, "no member 'Nobody'")
    says('nothing between two commas', ['1', '5', '--avoid', '2,,3'], NOINPUT, "no member ''")
    says('requester and target are one', ['1', 'u1@x.example'], DATAERR, 'Alice Martin is both ends')
    says('an end cannot be avoided', ['1', '5', '--avoid', '5'], DATAERR, 'Tara Lind is an end of the way')
    for words in (['--hops', '0'], ['--hops', '7'], ['--hops', '3x'], ['-k', '0'], ['-k', '10'], ['-k', '']):
        says(' '.join(words), ['1', '5', *words], USAGE, '--hops is 1 to 6, -k is 1 to 9')
    says('one member', ['1'], USAGE, 'usage: passerelle route A B')
    says('an option it has not', ['1', '5', '--png'], USAGE, 'unknown option --png')
    says('two forms at once', ['1', '5', '--dot', '--svg'], USAGE, 'one of them')


def pictures():
    code, out, err = run('route', '1', '5', '-k', '9', '--svg')
    fact('--svg is well-formed', code == OK and err == '' and xml.dom.minidom.parseString(out), err)
    fact('it shows the people, the percents and the numbers of the ways', all(
        '>%s</text>' % t in out for t in ('Rob Stone', 'Hugo Berg', '80 %', '15 %', '1', '4')), out)
    fact('one link of the chosen way for each of its links', out.count('class="best" marker') == 3 + 1)
    code, out, err = run('route', '1', '5', '-k', '9', '--dot')
    fact('--dot says the same', code == OK and 'm1 -> m2 [label="80 %", color="#0b5cad"' in out
         and 'm1 -> m5 [label="15 %"' in out and out.endswith('}\n'), out)
    fact('and the links between them', 'm4 -> m1' in out and 'm1 -> m99' not in out, out)
    last = '1'
    for name in HOSTILE:
        last = add(name, (last, str(run.count + 1), 4))
    code, out, err = run('route', '1', last, '--svg')
    tree = xml.dom.minidom.parseString(out)
    fact('hostile names: well-formed', code == OK and tree)
    titles = [t.firstChild.data for t in tree.getElementsByTagName('title')]
    fact('hostile names: nothing of them is markup', HOSTILE[0] in titles and HOSTILE[5] in ' '.join(titles) and
         not tree.getElementsByTagName('b'), titles)
    fact('hostile names: no mark turns the text around', '\u202e' not in out and '\u200f' not in out)
    fact('hostile names: the long one is shortened, whole as tooltip', 'X' * 200 in titles and '\u2026' in out)
    code, out, err = run('route', '1', last, '--dot')
    fact('hostile names in DOT', r'O\'Brien \"Bo\" <b>&amp;amp;</b>' in out or
         'O\'Brien \\"Bo\\" <b>&amp;amp;</b>' in out and 'back\\\\slash \\\\N' in out, out)
    if shutil.which('dot'):
        done = subprocess.run(['dot', '-Tsvg'], input=out.encode(), capture_output=True, timeout=60)
        fact('Graphviz takes it without a word', done.returncode == 0 and done.stderr == b'', done.stderr)
    code, out, err = run('route', '1', 'Olga', '--svg')
    fact('no way is drawn too, with its reason', code == UNAVAILABLE and 'Nobody has a confirmed link' in out
         and xml.dom.minidom.parseString(out), (code, out))


with open(CONF, 'w') as conf:
    conf.write('state = "state";\ngateways = ({ name = "a"; address = "intro@gw.example"; zone = "Europe/Paris";\n'
               'mailboxes = ({ url = "maildir:inbox"; }); submission = { url = "maildir:outbox"; }; });\n')
try:
    for n in ('Alice Martin', 'Rob Stone', 'Dora Fox', 'Hugo Berg', 'Tara Lind', 'Ines Novak', 'Olga'):
        add(n)
    join(('1', '2', 4, '--both'), ('2', '3', 4), ('3', '5', 4), ('1', '4', 3, '--both'), ('4', '5', 4),
         ('1', '6', 2), ('6', '5', 4), ('1', '5', 1))
    before = '5'
    for n in range(1, 8):
        before = add('N%d' % n, (before, str(run.count + 1), 4))
    ways()
    passing_over()
    ties()
    pictures()
    no_way()
    refusals()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
print('%d passed, %d failed' % (passed, failed))
raise SystemExit(failed > 0)
