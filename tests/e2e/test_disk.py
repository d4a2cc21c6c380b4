#!/usr/bin/env python3
"""A locked database and a full disk: nothing is lost, nothing is acknowledged early."""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(os.environ.get('PASSERELLE', 'build/passerelle'))
CONF = '''state = "state"; log = "warn";
gateways = ( { name = "gw"; address = "intro@gw.test"; mailboxes = ( { url = "maildir:inbox"; } );
               submission = { url = "maildir:sent"; }; } );
'''
MAIL = 'From: ann@a.test\nTo: intro@gw.test\nSubject: HELP\nMessage-ID: <%d@a.test>\n\nHELP\n'
facts = []


def fact(sentence):
    def keep(function):
        facts.append((sentence, function))
        return function
    return keep


class House:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='disk.')
        self.conf = os.path.join(self.folder, 'passerelle.conf')
        with open(self.conf, 'w') as file:
            file.write(CONF)
        self.mails = 0

    def run(self, *words):
        return subprocess.run([PROGRAM, '-c', self.conf, *words], capture_output=True, text=True, timeout=120)

    def path(self, name):
        return os.path.join(self.folder, name)

    def count(self, name):
        return len(os.listdir(self.path(name))) if os.path.isdir(self.path(name)) else 0

    def founded(self):
        done = self.run('member', 'add', 'ann@a.test', '--name', 'Ann')
        assert done.returncode == 0, done.stderr
        assert self.run('once').returncode == 0

    def arrives(self):
        self.mails += 1
        with open(self.path('inbox/new/%d' % self.mails), 'w') as file:
            file.write(MAIL % self.mails)

    def answered(self, how_many):
        done = self.run('once')
        assert done.returncode == 0, (done.returncode, done.stderr)
        assert self.count('inbox/new') == 0 and self.count('sent/new') == how_many, (
            self.count('inbox/new'), self.count('sent/new'))


@fact('a database somebody else has locked: exit 75, the mail stays, and is answered later')
def locked(house):
    house.founded()
    house.arrives()
    other = sqlite3.connect(house.path('state/gw/passerelle.db'), isolation_level=None)
    other.execute('BEGIN IMMEDIATE')
    done = house.run('once', '--wait', '1')
    assert done.returncode == 75, (done.returncode, done.stderr)
    assert house.count('inbox/new') == 1 and house.count('sent/new') == 0
    other.execute('ROLLBACK')
    house.answered(1)


@fact('a full disk: exit 75, the mail stays, and is answered once there is room')
def full(house):
    os.mkdir(house.path('state'))
    mount = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', house.path('state')],
                           capture_output=True)
    if mount.returncode != 0:
        return 'no tmpfs may be mounted here'
    try:
        house.founded()
        house.arrives()
        filler = os.open(house.path('state/filler'), os.O_WRONLY | os.O_CREAT)
        try:
            while os.write(filler, b'x' * 4096) > 0:
                pass
        except OSError:
            pass  # full
        os.close(filler)
        done = house.run('once', '--wait', '1')
        assert done.returncode == 75, (done.returncode, done.stderr)
        assert house.count('inbox/new') == 1 and house.count('sent/new') == 0
        os.unlink(house.path('state/filler'))
        house.answered(1)
        done = house.run('doctor')
        assert 'integrity ok' in done.stdout, done.stdout
    finally:
        subprocess.run(['umount', '-l', house.path('state')])
    return None


@fact('a second serve or once on the same gateway is told so and does nothing')
def second(house):
    house.founded()
    serve = subprocess.Popen([PROGRAM, '-c', house.conf, 'serve'], stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(2)  # it holds the lock by then; a `once` before it would send it away
        done = house.run('once', '--wait', '1')
        assert done.returncode == 75 and 'another' in done.stderr, (done.returncode, done.stderr)
    finally:
        serve.terminate()
        code = serve.wait(10)
        assert code == 0, code


def main():
    passed = failed = skipped = 0
    for sentence, function in facts:
        house = House()
        try:
            reason = function(house)
            if reason:
                skipped += 1
                print('skipped: %s: %s' % (sentence, reason))
            else:
                passed += 1
                print('ok      ' + sentence)
        except Exception as error:  # a fact that failed: told, the next goes on
            failed += 1
            print('FAILED  %s: %s: %s' % (sentence, type(error).__name__, error))
        finally:
            shutil.rmtree(house.folder, ignore_errors=True)
    print('%d passed, %d failed%s' % (passed, failed, ', %d skipped' % skipped if skipped else ''))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
