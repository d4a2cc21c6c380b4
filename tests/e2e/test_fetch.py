#!/usr/bin/env python3
"""The fetch child alone, against a real Dovecot: a day in its life, restarts, a new
UIDVALIDITY, moving, limits, the window, passwords, folders, and how fast it is."""
import os
import sys
import time

from facts import Place, fact, labs, run, wire


WINDOW = 128  # FETCH_WINDOW of gateway/io/fetch.h


class Box:
    """A mailbox of the lab that no other test uses."""

    def __init__(self, place, lab, user):
        self.place, self.lab, self.user = place, lab, user
        self.secret = place.file(user, lab.password(user) + '\n')

    def url(self, folder='INBOX', scheme='imaps'):
        port = self.lab.port.imaps if scheme == 'imaps' else self.lab.port.imap
        return '%s://localhost:%d/%s' % (scheme, port, folder)

    def fetch(self, url=None, **more):
        more.setdefault('secret_file', self.secret)
        return wire.Fetch(url or self.url(), self.user, ca_file=self.lab.ca, **more)

    def deliver(self, *mails):
        self.lab.deliver(self.user, *mails)

    def mails(self, folder='INBOX'):
        return self.lab.mails(self.user, folder)


def mail(subject, size=0):
    return b'From: a@a.test\r\nSubject: %s\r\n\r\n' % subject.encode() + (
        (b'y' * 76 + b'\r\n') * (size // 78 + 1))


def test_a_day(box):
    box.deliver(*[mail('mail %d' % n) for n in range(5)])
    child = box.fetch()
    fact(child.drained(), 'what is there is read, then it says so', child.states)
    fact([m[1] for m in child.mails] == [1, 2, 3, 4, 5], 'in rising order', child.mails)
    fact(child.mails[3][2] == box.mails()[3][2], 'octet by octet')
    fact(all(b'\\Seen' not in flags for _, flags, _ in box.mails()), 'reading marks nothing')
    uidvalidity = child.mails[0][0]
    child.taken(uidvalidity, 1, 2, 4)
    child.until(lambda f: len(f.acked) == 3)
    fact(sorted(u for _, u in child.acked) == [1, 2, 4], 'what is taken is acknowledged')
    fact([u for u, flags, _ in box.mails() if b'\\Seen' in flags] == [1, 2, 4],
         'and only that is marked', box.mails())
    box.deliver(mail('new'))
    fact(child.until(lambda f: len(f.mails) == 6, 5), 'new mail comes by IDLE', child.states)
    cpu = child.cpu_seconds()
    time.sleep(2)
    fact(child.cpu_seconds() - cpu < 0.05, 'idling costs nothing')
    fact(child.close() == 0, 'it ends with its parent')
    child = box.fetch(uidvalidity=uidvalidity, last_uid=6)
    child.taken(uidvalidity, 3, 5)
    child.until(lambda f: len(f.acked) == 2)
    fact(not child.mails and sorted(u for _, u in child.acked) == [3, 5],
         'a later child acknowledges what an earlier one read', child.mails, child.acked)
    child.close()


def test_restart_of_the_server(box):
    box.deliver(mail('one'))
    child = box.fetch()
    child.drained()
    box.lab.stop_dovecot()
    fact(child.until(lambda f: f.states[-1][0] == wire.DOWN, 30), 'a lost server is told')
    child.taken(child.mails[0][0], 1)
    box.lab.start_dovecot()
    box.deliver(mail('two'))
    fact(child.until(lambda f: len(f.mails) == 2, 40), 'it comes back by itself', child.states)
    fact([m[1] for m in child.mails] == [1, 2], 'and reads nothing twice', child.mails)
    fact(child.until(lambda f: len(f.acked) == 1), 'what was taken meanwhile is acknowledged')
    child.close()


def test_new_uidvalidity(box):
    box.deliver(mail('one'), mail('two'))
    child = box.fetch()
    child.drained()
    first = child.mails[0][0]
    box.lab.stop_dovecot()
    for folder, _, names in os.walk(box.lab.path('mail/' + box.user)):
        for name in names:
            if name.startswith('dovecot'):
                os.unlink(os.path.join(folder, name))
    time.sleep(1.1)  # Dovecot takes the second for it
    box.lab.start_dovecot()
    fact(child.until(lambda f: len(f.mails) == 4, 40),
         'a new UIDVALIDITY: everything is read anew', child.states, child.mails)
    second = child.mails[-1][0]
    fact(first != second, 'and named by it', first, second)
    child.taken(first, 1, 2)
    child.taken(second, 2)
    child.until(lambda f: f.acked)
    fact(child.acked == [(second, 2)], 'UIDs of the old one are marked no more', child.acked)
    child.close()


def test_move(box):
    folder = '"Trait&AOk-s &- lus/2026"'
    box.deliver(mail('a'), mail('b'), mail('c'))
    child = box.fetch(done_folder='Traités & lus/2026')
    child.drained()
    uidvalidity = child.mails[0][0]
    child.taken(uidvalidity, 1, 3)
    child.until(lambda f: len(f.acked) == 2)
    fact(len(box.mails(folder)) == 2, 'taken mails are in their folder, which did not exist')
    fact([m[0] for m in box.mails()] == [2], 'the others stay')
    child.taken(uidvalidity, 2)
    child.until(lambda f: len(f.acked) == 3)
    fact(len(box.mails(folder)) == 3, 'the next one too')
    child.close()


def test_limits(box):
    box.deliver(mail('small'), mail('large', 300000), mail('small too'))
    child = box.fetch(size_limit=100000)
    child.drained()
    fact([m[1] for m in child.mails] == [1, 3], 'what is above the limit is not read')
    fact([s[1] for s in child.skipped] == [2] and 'limit' in child.skipped[0][2],
         'but told', child.skipped)
    child.taken(child.mails[0][0], 2)
    fact(child.until(lambda f: f.acked == [(f.mails[0][0], 2)]), 'and can be acknowledged')
    child.close()
    box.deliver(mail('huge', 20 << 20), mail('after'))
    child = box.fetch(size_limit=25 << 20, uidvalidity=child.mails[0][0], last_uid=3)
    fact(child.until(lambda f: len(f.mails) == 2, 30) and len(child.mails[0][2]) > 20 << 20,
         'a mail of 20 MiB is read', child.states, child.skipped)
    print('       peak %d kB' % child.peak_kb())
    child.close()


def test_window(box):
    box.deliver(*[mail('mail %d' % n) for n in range(300)])
    child = box.fetch()
    child.until(lambda f: len(f.mails) > WINDOW, 2)
    fact(len(child.mails) == WINDOW, 'no more are handed over untaken than the window has room for',
         len(child.mails))
    done = 0
    while done < len(child.mails) < 300:
        child.taken(child.mails[0][0], *[m[1] for m in child.mails[done:]])
        done = len(child.mails)
        child.until(lambda f: len(f.mails) >= min(done + WINDOW // 2, 300), 5)
    fact([m[1] for m in child.mails] == list(range(1, 301)), 'all come, once, in order')
    child.close()


def test_passwords(box):
    password = 'p"w\\ * é{3}'
    with open(box.lab.path('dovecot/users'), 'a', encoding='utf-8') as users:
        users.write('odd:{PLAIN}%s::::::\n' % password)
    child = wire.Fetch(box.url(), 'odd', secret_file=box.place.file('odd', password + '\n'),
                       ca_file=box.lab.ca)
    child.until(lambda f: f.states)
    fact(child.states[0][0] == wire.UP, 'a password may hold quotes, backslashes, é',
         child.states)
    child.close()
    child = box.fetch(secret_file=None, secret_command='echo ' + box.lab.password(box.user))
    child.until(lambda f: f.states)
    fact(child.states[0][0] == wire.UP, 'it may come from a command', child.states)
    child.close()
    for sentence, file, command in (
            ('a wrong password', None, 'echo wrong'),
            ('a password file that others may read', box.lab.path('dovecot/users'), None),
            ('no password file', '/nonexistent', None)):
        child = box.fetch(secret_file=file, secret_command=command)
        child.until(lambda f: f.states)
        fact(child.states[0][0] == wire.DOWN, sentence + ' is told', child.states)
        print('       %s' % child.states[0][1])
        child.close()


def test_folder_and_starttls(box):
    inner = box.lab.imap(box.user, None)
    inner.create('Gateway/In')
    inner.append('Gateway/In', None, None, mail('in a folder'))
    inner.logout()
    child = box.fetch(box.url('Gateway%2fIn', 'imap+starttls'))
    fact(child.until(lambda f: f.mails), 'a folder of its own, by STARTTLS', child.states)
    child.close()
    child = box.fetch(box.url('Nowhere'))
    child.until(lambda f: len(f.states) > 1)
    fact(child.states[-1][0] == wire.DOWN, 'a folder that is not there is told', child.states)
    child.close()


def imaplib_rate(box, count):
    """Mails a second, and processor seconds, of Python's IMAP client, 50 a command."""
    client = box.lab.imap(box.user, None)
    client.select(readonly=True)
    began, cpu, got = time.monotonic(), time.process_time(), 0
    for low in range(1, count + 1, 50):
        rows = client.uid('FETCH', '%d:%d' % (low, low + 49), '(UID BODY.PEEK[])')[1]
        got += sum(isinstance(row, tuple) for row in rows)
    assert got == count
    rate = count / (time.monotonic() - began), time.process_time() - cpu
    client.logout()
    return rate


def fetch_rate(box, count):
    child = box.fetch()
    child.until(lambda f: f.states)
    began, cpu, done = time.monotonic(), child.cpu_seconds(), 0
    while len(child.mails) < count and child.step(20) is not None:
        if len(child.mails) - done >= 32:
            child.taken(child.mails[0][0], *[m[1] for m in child.mails[done:]])
            done = len(child.mails)
    assert len(child.mails) == count
    rate = count / (time.monotonic() - began), child.cpu_seconds() - cpu
    child.close()
    return rate


def test_rate(box, count=2000):
    box.deliver(*[mail('mail %d' % n, 1900) for n in range(count)])
    for _ in range(3):
        theirs, ours = imaplib_rate(box, count), fetch_rate(box, count)
        print('       %d mails: imaplib %.0f/s (%.2f s of processor), we, marking them too, '
              '%.0f/s (%.2f s): x %.2f' % ((count,) + theirs + ours + (ours[0] / theirs[0],)),
              flush=True)
    # Wall time depends on who else works here; the processor's does less.
    fact(ours[1] <= theirs[1] * 1.5, 'a backlog costs no more than Python\'s client', theirs, ours)


def test_without_idle(box):
    with open(box.lab.path('dovecot/dovecot.conf'), 'a') as conf:
        conf.write('imap_capability = IMAP4rev1 UIDPLUS\n')
    box.lab.stop_dovecot()
    box.lab.start_dovecot()
    child = box.fetch(look_every_s=1)
    child.drained()
    box.deliver(mail('polled'))
    fact(child.until(lambda f: f.mails, 5), 'without IDLE it looks from time to time',
         child.states)
    child.close()


def in_box_of_its_own(test, number):
    def with_box(place, lab):
        test(Box(place, lab, 'u%d' % number))
    with_box.__name__ = test.__name__
    return with_box


if __name__ == '__main__':
    reason = labs.missing()
    if reason is not None:
        print('skipped: ' + reason)
        sys.exit(0)
    tests = [t for n, t in list(globals().items()) if n.startswith('test_')]
    tests = [in_box_of_its_own(t, n) for n, t in enumerate(tests, 1)]
    place = Place()
    with labs.Lab(users=len(tests), postfix=False) as lab:
        code = run(tests, place, lab)
    place.remove()
    sys.exit(code)
