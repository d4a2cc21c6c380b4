"""member import, export, merge: files of people go in, come out and go in again the same."""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
PROGRAM = os.path.abspath(os.path.join(ROOT, 'build', 'passerelle'))
FOLDER = tempfile.mkdtemp(prefix='member.')
told = {True: 0, False: 0}


def fact(sentence, holds, more=''):
    told[bool(holds)] += 1
    print('  %s %s%s' % ('ok  ' if holds else 'FAIL', sentence, '' if holds else ': %s' % (more,)))


def conf(name):
    path = os.path.join(FOLDER, name + '.conf')
    with open(path, 'w') as file:
        file.write('state = "%s";\ngateways = ({ name = "%s"; address = "intro@gw.example"; '
                   'zone = "Europe/Paris";\n'
                   'mailboxes = ({ url = "maildir:inbox"; }); '
                   'submission = { url = "maildir:outbox"; }; });\n'
                   % (os.path.join(FOLDER, 'state'), name))
    return path


def run(name, *words, text=None):
    done = subprocess.run([PROGRAM, '-c', conf(name), *words], cwd=FOLDER, capture_output=True,
                          text=True, input=text, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


TABLE = '''First Name,Last Name,Email Address,Company,Position,Language
Ann,Cole,Ann@B.example ::: ann.cole@c.example,"Acme, Inc.","The ""best"" buyer",fr-CA
Bo,Day,info@bücher.example,,,Deutsch
Cy,Eve,,Acme,,
,,,Acme,,
Gus,Hay,intro@gw.example,,,
Ann,Again,ann.cole@C.example,,,
Ida,Jay,ida@@b.example,,,
'''


def importing():
    code, out, err = run('a', 'member', 'import', '-', text=TABLE)
    fact('what can be added is added, what cannot is told with its line',
         '2 added, 1 were there, 4 bad rows skipped' in out and '1 are role addresses' in out
         and all('standard input:%d: ' % line in err for line in (4, 5, 6, 8)), (out, err))
    fact('refused rows make the exit code', code == 65, code)
    _, out, _ = run('a', 'member', 'list', '--json')
    people = {p['name']: p for p in json.loads(out)}
    fact('domains are stored as A-labels, languages as codes, people as known',
         people['Bo Day']['address'] == 'info@xn--bcher-kva.example'
         and people['Bo Day']['language'] == 'de' and people['Ann Cole']['language'] == 'fr'
         and people['Ann Cole']['state'] == 'known', people)
    code, out, _ = run('a', 'member', 'import', '-', '--json', text=TABLE)
    value = json.loads(out)
    fact('again: nothing is added twice; with --json each refusal and its line',
         value['added'] == 0 and value['there'] == 3
         and [r['line'] for r in value['refused']] == [4, 5, 6, 8], out)
    code, out, err = run('a', 'member', 'import', '/dev/null')
    fact('what is no file of contacts is refused', code == 65 and 'no heading' in err, (code, err))
    code, out, err = run('a', 'member', 'import', '-', '--state', 'chief', text=TABLE)
    fact('so is a state that is none to be had', code == 64 and 'known or member' in err, err)
    code, out, err = run('b', 'member', 'import', '-', '--dry-run', text=TABLE)
    _, listed, _ = run('b', 'member', 'list', '--json')
    fact('a dry run adds nobody', 'nothing was changed' in out and json.loads(listed) == [], out)


def owned():
    """The file of one member: those without an address are contacts of theirs."""
    linkedin = ('Notes:\n"Some addresses are missing"\n\n'
                'First Name,Last Name,URL,Email Address,Company,Position,Connected On\n'
                'Ann,Cole,https://www.linkedin.com/in/a-x,,Acme,Buyer,01 Jan 2026\n'
                'Bo,Day,https://www.linkedin.com/in/b-x,bo@b.example,,,02 Jan 2026\n')
    run('own', 'member', 'add', 'owner@b.example', '--name', 'Owner')
    code, out, err = run('own', 'member', 'import', '-', '--links-from', 'owner@b.example',
                         text=linkedin)
    fact('what has an address is known, all are contacts of the owner',
         code == 0 and '1 added' in out
         and '2 new contacts kept for Owner, 1 of the file without an address' in out, (out, err))
    code, out, _ = run('own', 'member', 'import', '-', '--links-from', 'owner@b.example',
                       text=linkedin)
    fact('once each', '0 added, 1 were there' in out and '0 new contacts' in out, out)
    _, out, _ = run('own', 'link', 'list', '--json')
    fact('nobody is linked by it', json.loads(out) == [], out)
    code, _, err = run('own', 'member', 'import', '-', '--links-from', 'nobody', text=linkedin)
    fact('an owner who is no member is refused', code == 66 and "no member 'nobody'" in err, err)


def exporting():
    _, table, _ = run('a', 'member', 'export')
    _, lines, _ = run('a', 'member', 'export', '--json')
    run('table', 'member', 'import', '-', text=table)
    run('lines', 'member', 'import', '-', text=lines)
    fact('the exported table is read back the same', run('table', 'member', 'export')[1] == table
         and table.count('\n') == 3, table)
    fact('the exported lines too', run('lines', 'member', 'export')[1] == table, lines)
    fact('to a file, whole', run('a', 'member', 'export', 'out.csv')[0] == 0
         and open(os.path.join(FOLDER, 'out.csv')).read() == table)


def merging():
    for who in 'Kim', 'Lou', 'Max':
        run('a', 'member', 'add', who.lower() + '@b.example', '--name', who)
    for a, b in ('Kim', 'Lou'), ('Lou', 'Max'), ('Max', 'Lou'), ('Lou', 'Ann Cole'):
        run('a', 'link', 'add', a, b, '3')
    code, out, err = run('a', 'member', 'merge', 'Kim', 'lou@b.example')
    fact('two records become one', code == 0 and 'Kim' in out and 'lou@b.example' in out, (out, err))
    _, out, _ = run('a', 'member', 'show', 'lou@b.example', '--json')
    value = json.loads(out)
    names = {p['id']: p['name'] for p in json.loads(run('a', 'member', 'list', '--json')[1])}
    ties = sorted((names[link['from']], names[link['to']]) for link in value['links'])
    fact('with the links of both but not the one between them, and both addresses',
         value['name'] == 'Kim' and value['address'] == 'kim@b.example'
         and ties == [('Kim', 'Ann Cole'), ('Kim', 'Max'), ('Max', 'Kim')], (value, ties))
    fact('one record with itself is refused',
         run('a', 'member', 'merge', 'Kim', 'lou@b.example')[0] == 65)
    _, out, _ = run('a', 'route', 'Kim', 'Max')
    fact('the router sees it', 'Max' in out, out)


def many():
    rows = ''.join('P%d Q,p%d@b%d.example\n' % (i, i, i % 99) for i in range(100000))
    start = os.times().elapsed
    code, out, err = run('many', 'member', 'import', '-', text='name,email\n' + rows)
    spent = os.times().elapsed - start
    fact('100,000 rows go in within some seconds, without a bar where there is no terminal',
         code == 0 and '100000 added' in out and err == '' and spent < 60, (spent, out, err[:300]))
    print('       %.1f s' % spent)


for test in importing, owned, exporting, merging, many:
    print(test.__name__, flush=True)
    test()
print('%d passed, %d failed' % (told[True], told[False]))
sys.exit(told[False] > 0)
