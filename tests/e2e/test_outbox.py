#!/usr/bin/env python3
"""What the outbox makes of a server's answers, through the whole program: 451 then 250,
550, a connection lost after the final dot, no server at all. Time is told by moving the
rows' next try."""
import email
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hostile_smtp import DROP, Server  # noqa: E402

PROGRAM = os.path.abspath(os.environ.get('PASSERELLE', 'build/passerelle'))
MAIL = 'From: ann@a.test\nTo: intro@gw.test\nSubject: HELP\nMessage-ID: <%d@a.test>\n\nHELP\n'
facts = []


def fact(sentence):
    def keep(function):
        facts.append((sentence, function))
        return function
    return keep


class House:
    def __init__(self, port):
        self.folder = tempfile.mkdtemp(prefix='out.')
        self.conf = os.path.join(self.folder, 'passerelle.conf')
        with open(self.conf, 'w') as file:
            file.write('state = "state"; log = "warn";\ngateways = ( { name = "gw"; address = "intro@gw.test";\n'
                       'mailboxes = ( { url = "maildir:inbox"; } );\n'
                       'submission = { url = "smtp+plain://127.0.0.1:%d"; }; } );\n' % port)
        done = self.run('member', 'add', 'ann@a.test', '--name', 'Ann')
        assert done.returncode == 0, done.stderr
        self.mails = 0

    def run(self, *words):
        return subprocess.run([PROGRAM, '-c', self.conf, *words], capture_output=True, text=True, timeout=120)

    def asks(self):
        self.mails += 1
        done = subprocess.run([PROGRAM, '-c', self.conf, 'receive'], input=MAIL % self.mails, text=True)
        assert done.returncode == 0

    def once(self, code):
        done = self.run('once', '--wait', '20')
        assert done.returncode == code, (done.returncode, done.stderr)

    def waiting(self):
        return json.loads(self.run('queue', '--json').stdout)['waiting']

    def later(self):
        """The pause is over."""
        base = sqlite3.connect(os.path.join(self.folder, 'state/gw/passerelle.db'))
        base.execute("UPDATE outbox SET next_at = 1 WHERE state = 'queued'")
        base.commit()
        base.close()


def ids(server):
    return [email.message_from_bytes(mail)['Message-ID'] for mail in server.mails]


def check(got, want):
    assert got == want, '%r, not %r' % (got, want)


@fact('451 then 250: kept with the reason, tried again, sent once, the same octets')
def temporary(house, server):
    house.asks()
    house.once(0)
    row, = house.waiting()
    check((row['state'], row['attempts'], row['unknown']), ('queued', 1, 0))
    assert '4.3.0' in row['reply'], row
    house.later()
    house.once(0)
    check(house.waiting(), [])
    check((len(server.mails), len(set(server.mails))), (2, 1))
    house.later()
    house.once(0)
    check(len(server.mails), 2)


@fact('550: not tried again')
def permanent(house, server):
    house.asks()
    house.once(0)
    check(house.waiting(), [])
    check(server.mails, [])
    house.later()
    house.once(0)
    check(server.count('RCPT'), 1)


@fact('lost after the final dot: once more with the same message-id, and counted')
def unknown(house, server):
    house.asks()
    house.once(0)
    row, = house.waiting()
    check((row['state'], row['unknown']), ('queued', 1))
    house.later()
    house.once(0)
    check(house.waiting(), [])
    got = ids(server)
    assert 1 <= len(got) <= 2 and len(set(got)) == 1, got


@fact('no server there: exit 75, the mail waits and is sent when there is one')
def nobody(house, server):
    house.asks()
    house.once(75)
    check([row['state'] for row in house.waiting()], ['queued'])


SCENARIOS = {
    'temporary': {'DOT': ['451 4.3.0 try again later']},
    'permanent': {'RCPT': ['550 5.1.1 nobody here']},
    'unknown': {'DOT': [DROP]},
    'nobody': {},
}


def main():
    passed = failed = 0
    for sentence, function in facts:
        with Server(SCENARIOS[function.__name__]) as server:
            port = server.port
            if function is nobody:
                free = socket.socket()
                free.bind(('127.0.0.1', 0))
                port = free.getsockname()[1]
                free.close()
            house = House(port)
            try:
                function(house, server)
                passed += 1
                print('ok      ' + sentence)
            except Exception as error:  # a fact that failed: told, the next goes on
                failed += 1
                print('FAILED  %s: %s: %s' % (sentence, type(error).__name__, error))
            finally:
                shutil.rmtree(house.folder, ignore_errors=True)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
