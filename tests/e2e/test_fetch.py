"""test_fetch: the fetch child alone, against servers that do everything wrong and
against a real Dovecot.

    python3 tests/e2e/test_fetch.py [NAME...]

Prints one line a fact; ends with 1 if one does not hold. PASSERELLE names the
program (default build/passerelle)."""
import os
import shutil
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lab'))
import hostile_imap  # noqa: E402
import lab as labs  # noqa: E402
import wire  # noqa: E402

HOSTILE_S = 40  # longer than the deadline of a greeting and all the first pauses
# A stalled command is given a minute; the child is killed amid it, as in production.
STALLS = {'login_silent', 'body_stall_in_literal', 'body_drips', 'idle_half_a_line'}
# What comes of a scenario: mails handed over (one, unless said), set aside, none.
MAIL_COMES = {
    'no_capabilities', 'select_numbers_too_large', 'select_uidnext_is_no_number',
    'select_no_uidnext', 'select_uidnext_is_the_last', 'select_with_an_empty_status',
    'uidvalidity_changes_each_time', 'list_of_other_uids', 'list_twice_the_same',
    'list_size_zero', 'body_quoted', 'body_empty', 'body_with_nul', 'body_of_another',
    'store_no', 'store_close', 'idle_bye', 'idle_bad', 'idle_silent', 'idle_half_a_line',
    'idle_news_glued', 'idle_news_before_plus', 'idle_expunge', 'idle_chatter',
    'idle_ended_by_server'}
SET_ASIDE = {
    'list_size_huge', 'body_close_in_literal', 'body_literal_4g', 'body_literal_2g',
    'body_literal_wraps', 'body_literal_overflows', 'body_literal_negative',
    'body_larger_than_said', 'body_nil', 'body_with_unknown_item', 'body_amid_garbage',
    'body_amid_unknown_lines', 'body_amid_200000_exists', 'body_with_deep_parentheses',
    'body_with_parentheses_hidden', 'body_no', 'body_bad', 'body_bye', 'body_wrong_tag',
    'body_endless_line'}

failures = []


def fact(holds, sentence, *details):
    print('  %s %s' % ('ok  ' if holds else 'FAIL', sentence), flush=True)
    if not holds:
        failures.append(sentence)
        for detail in details:
            print('       %s' % (detail,))


class Place:
    """A folder with certificates and password files; servers and children of a test."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='fetch.')
        labs.certificates(self.folder)
        self.secret = self.file('secret', 'gwpass\n')

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, text):
        with open(self.path(name), 'w') as file:
            file.write(text)
        os.chmod(self.path(name), 0o600)
        return self.path(name)

    def hostile(self, scenario, certificate='good', **more):
        return hostile_imap.Hostile(scenario, self.path(certificate + '.pem'),
                                    self.path(certificate + '.key'), **more)

    def fetch(self, url, ca=None, **more):
        return wire.Fetch(url, 'gateway', secret_file=self.secret,
                          ca_file=ca or self.path('ca.pem'), **more)


# ---- servers that do everything wrong ----

def take_all(runs, seconds):
    """Plays the parent of all children at once."""
    alive, end = set(runs), time.monotonic() + seconds
    while alive and time.monotonic() < end:
        for name in sorted(alive):
            child = runs[name][1]
            try:
                if child.step(0.005) == wire.FETCH_MAIL:
                    child.taken(*child.mails[-1][:2])
            except EOFError:
                alive.discard(name)
    return alive


def test_hostile_servers(place):
    runs = {}
    for name in hostile_imap.SCENARIOS:
        server = place.hostile(name)
        runs[name] = (server, place.fetch('imaps://localhost:%d/INBOX' % server.port))
    alive = take_all(runs, HOSTILE_S)
    for name, (server, child) in runs.items():
        living = name in alive
        cpu, peak = (child.cpu_seconds(), child.peak_kb()) if living else (0, 0)
        server.stop()
        code = child.close(1 if name in STALLS else 10)
        said = 'code %s, cpu %.2f s, peak %d kB, connections %d, mails %d, skipped %s, %s' % (
            code, cpu, peak, server.connections, len(child.mails), child.skipped,
            child.states[-3:])
        fact(living and code in (0, None if name in STALLS else 0), name + ': no crash', said)
        fact(cpu < 5, name + ': no busy loop', said)
        fact(peak < 400000, name + ': its memory is bounded', said)
        fact(server.connections <= 12, name + ': it does not hammer', said)
        fact(bool(child.mails) == (name in MAIL_COMES), name + ': ' + (
            'the mail comes' if name in MAIL_COMES else 'no mail comes'), said)
        fact(bool(child.skipped) == (name in SET_ASIDE), name + ': ' + (
            'the mail is set aside' if name in SET_ASIDE else 'no mail is set aside'), said)
        if name.startswith('login_') and name not in ('login_close', 'login_bad'):
            gaps = [b[0] - a[0] for a, b in zip(server.passwords, server.passwords[1:])]
            fact(all(gap > 29 for gap in gaps), name + ': the password is not tried again soon',
                 gaps)


def test_one_culprit_among_many(place):
    mails = {uid: b'Subject: %d\r\n\r\nx\r\n' % uid for uid in range(1, 41)}

    class Culprit(hostile_imap.Hostile):
        def _honest(self, tag, command, line):
            if command == 'BODY' and 17 in self._uids(line):
                return b'* 17 FETCH (UID 17 EMAILID (abc) BODY[] "x")\r\n' + tag + b' OK\r\n'
            return super()._honest(tag, command, line)

    server = Culprit({}, place.path('good.pem'), place.path('good.key'), mails=mails)
    child = place.fetch('imaps://localhost:%d/INBOX' % server.port)
    child.until(lambda f: len(f.mails) == 39, 40)
    fact([m[1] for m in child.mails] == [u for u in range(1, 41) if u != 17],
         'a mail that cannot be read does not hold up the others', child.states)
    fact([s[1] for s in child.skipped] == [17], 'it alone is set aside', child.skipped)
    child.close()
    server.stop()


def test_certificates(place):
    for certificate in ('wronghost', 'expired', 'otherca', 'selfsigned'):
        for plain in (False, True):
            how = 'STARTTLS' if plain else 'TLS'
            server = place.hostile({}, certificate, plain=plain)
            child = place.fetch('%s://localhost:%d/INBOX' % (
                'imap+starttls' if plain else 'imaps', server.port))
            child.until(lambda f: f.states, 10)
            fact(child.states and child.states[0][0] == wire.DOWN,
                 '%s with a bad certificate (%s) is refused' % (how, certificate), child.states)
            fact(not server.passwords, '  and never sees the password', server.passwords)
            fact('certificate' in child.states[0][1], '  and the admin is told', child.states)
            child.close()
            server.stop()
    for plain in (False, True):
        server = place.hostile({}, plain=plain)
        child = place.fetch('%s://localhost:%d/INBOX' % (
            'imap+starttls' if plain else 'imaps', server.port))
        fact(child.until(lambda f: f.mails), 'the good one is believed, with %s' % (
            'STARTTLS' if plain else 'TLS'), child.states)
        child.close()
        server.stop()


def test_downgrade(place):
    ok = hostile_imap.ok
    for sentence, rules in (
            ('a server without STARTTLS', {'STARTTLS': lambda t: t + b' BAD what\r\n'}),
            ('one that refuses it', {'STARTTLS': lambda t: t + b' NO not today\r\n'}),
            ('one that has logged us in already', hostile_imap.SCENARIOS['greeting_preauth']),
            ('one that answers and then talks on in clear', {'STARTTLS': ok}),
            ('an answer glued to the one of STARTTLS', {
                'STARTTLS': lambda t: ok(t) + b'* CAPABILITY IMAP4rev1\r\np2 OK injected\r\n'})):
        server = place.hostile(rules, plain=True)
        child = place.fetch('imap+starttls://localhost:%d/INBOX' % server.port)
        child.until(lambda f: f.states, 35)
        fact(child.states and child.states[0][0] == wire.DOWN and not server.passwords,
             'no downgrade: %s never sees the password' % sentence, child.states,
             server.passwords)
        child.close()
        server.stop()


# ---- a real Dovecot ----

def url_of(lab, folder='INBOX', scheme='imaps'):
    return '%s://localhost:%d/%s' % (
        scheme, lab.port.imaps if scheme == 'imaps' else lab.port.imap, folder)


def mail(subject, size=0):
    return b'From: a@a.test\r\nSubject: %s\r\n\r\n' % subject.encode() + (
        (b'y' * 76 + b'\r\n') * (size // 78 + 1))


def with_lab(test):
    def run(place):
        with labs.Lab(postfix=False) as lab:
            test(place, lab)
    run.__name__ = test.__name__
    run.needs_lab = True
    return run


@with_lab
def test_dovecot_day(place, lab):
    lab.deliver('gateway', *[mail('mail %d' % n) for n in range(5)])
    child = place.fetch(url_of(lab), ca=lab.ca)
    fact(child.drained(), 'what is there is read, then it says so', child.states, lab.log())
    fact([m[1] for m in child.mails] == [1, 2, 3, 4, 5], 'in rising order', child.mails)
    fact(b'Subject: mail 3\r\n' in child.mails[3][2], 'octet by octet')
    fact(all(not flags for _, flags, _ in lab.mails('gateway')) or
         all(b'\\Seen' not in flags for _, flags, _ in lab.mails('gateway')),
         'reading marks nothing')
    uidvalidity = child.mails[0][0]
    child.taken(uidvalidity, 1, 2, 4)
    child.until(lambda f: len(f.acked) == 3)
    fact(sorted(u for _, u in child.acked) == [1, 2, 4], 'what is taken is acknowledged')
    fact([u for u, flags, _ in lab.mails('gateway') if b'\\Seen' in flags] == [1, 2, 4],
         'and only that is marked', lab.mails('gateway'))
    before = time.monotonic()
    lab.deliver('gateway', mail('new'))
    fact(child.until(lambda f: len(f.mails) == 6, 5), 'new mail comes by IDLE', child.states)
    print('       %.0f ms after its delivery (Dovecot itself waits 500)' %
          ((child.arrived[-1] - before) * 1000))
    cpu = child.cpu_seconds()
    time.sleep(2)
    fact(child.cpu_seconds() - cpu < 0.05, 'idling costs nothing')
    fact(child.close() == 0, 'it ends with its parent')
    child = place.fetch(url_of(lab), ca=lab.ca, uidvalidity=uidvalidity, last_uid=6)
    child.taken(uidvalidity, 3, 5)
    child.until(lambda f: len(f.acked) == 2)
    fact(not child.mails and sorted(u for _, u in child.acked) == [3, 5],
         'a later child acknowledges what an earlier one read', child.mails, child.acked)
    child.close()


@with_lab
def test_dovecot_restarts(place, lab):
    lab.deliver('gateway', mail('one'))
    child = place.fetch(url_of(lab), ca=lab.ca)
    child.drained()
    lab.stop_dovecot()
    fact(child.until(lambda f: f.states[-1][0] == wire.DOWN, 30), 'a lost server is told')
    child.taken(child.mails[0][0], 1)
    lab.start_dovecot()
    lab.deliver('gateway', mail('two'))
    fact(child.until(lambda f: len(f.mails) == 2, 20), 'it comes back by itself', child.states)
    fact([m[1] for m in child.mails] == [1, 2], 'and reads nothing twice', child.mails)
    fact(child.until(lambda f: len(f.acked) == 1), 'what was taken meanwhile is acknowledged')
    child.close()


@with_lab
def test_uidvalidity_changes(place, lab):
    lab.deliver('gateway', mail('one'), mail('two'))
    child = place.fetch(url_of(lab), ca=lab.ca)
    child.drained()
    first = child.mails[0][0]
    lab.stop_dovecot()
    root = lab.path('mail/gateway')
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith('dovecot'):
                os.unlink(os.path.join(folder, name))
    time.sleep(1.1)  # Dovecot takes the second for it
    lab.start_dovecot()
    fact(child.until(lambda f: len(f.mails) == 4, 20),
         'a new UIDVALIDITY: everything is read anew', child.states, child.mails)
    second = child.mails[-1][0]
    fact(first != second, 'and named by it', first, second)
    child.taken(first, 1, 2)
    child.taken(second, 2)
    child.until(lambda f: f.acked)
    fact(child.acked == [(second, 2)], 'UIDs of the old one are marked no more', child.acked)
    child.close()


@with_lab
def test_move(place, lab):
    folder = '"Trait&AOk-s &- lus/2026"'
    lab.deliver('gateway', mail('a'), mail('b'), mail('c'))
    child = place.fetch(url_of(lab), ca=lab.ca, done_folder='Traités & lus/2026')
    child.drained()
    first = [m[:2] for m in child.mails]
    child.taken(first[0][0], first[0][1], first[2][1])
    child.until(lambda f: len(f.acked) == 2)
    fact(len(lab.mails('gateway', folder)) == 2,
         'taken mails are in their folder, which did not exist', lab.log())
    fact([m[0] for m in lab.mails('gateway')] == [first[1][1]], 'the others stay')
    child.taken(first[0][0], first[1][1])
    child.until(lambda f: len(f.acked) == 3)
    fact(len(lab.mails('gateway', folder)) == 3, 'the next one too')
    child.close()


def test_move_without_move(place):
    for words, commands, sentence in (
            (b'IMAP4rev1 IDLE UIDPLUS', ['COPY', 'STORE', 'EXPUNGE'],
             'without MOVE: COPY, STORE \\Deleted, UID EXPUNGE'),
            (b'IMAP4rev1 IDLE', ['STORE'], 'without UIDPLUS too: only \\Seen is stored')):
        server = place.hostile({'CAPABILITY': lambda t: hostile_imap.ok(
            t, b'CAPABILITY ' + words)})
        child = place.fetch('imaps://localhost:%d/INBOX' % server.port, done_folder='Done')
        child.until(lambda f: f.mails)
        child.taken(5, 1)
        child.until(lambda f: f.acked)
        did = [c for c in server.commands if c in ('MOVE', 'COPY', 'STORE', 'EXPUNGE')]
        fact(did == commands, sentence, server.commands)
        child.close()
        server.stop()


@with_lab
def test_limits(place, lab):
    lab.deliver('gateway', mail('small'), mail('large', 300000), mail('small too'))
    child = place.fetch(url_of(lab), ca=lab.ca, size_limit=100000)
    child.drained()
    fact([m[1] for m in child.mails] == [1, 3], 'what is above the limit is not read')
    fact([s[1] for s in child.skipped] == [2] and 'limit' in child.skipped[0][2],
         'but told', child.skipped)
    child.taken(child.mails[0][0], 2)
    fact(child.until(lambda f: f.acked == [(f.mails[0][0], 2)]), 'and can be acknowledged')
    child.close()
    lab.deliver('u1', mail('huge', 20 << 20), mail('after'))
    child = wire.Fetch(url_of(lab), 'u1', secret_command='echo pw1', ca_file=lab.ca,
                       size_limit=25 << 20)
    fact(child.until(lambda f: len(f.mails) == 2, 30) and len(child.mails[0][2]) > 20 << 20,
         'a mail of 20 MiB is read', child.states, child.skipped)
    print('       peak %d kB' % child.peak_kb())
    child.close()


@with_lab
def test_window(place, lab):
    lab.deliver('gateway', *[mail('mail %d' % n) for n in range(150)])
    child = place.fetch(url_of(lab), ca=lab.ca)
    child.until(lambda f: len(f.mails) == 65, 3)
    fact(len(child.mails) == 64, 'at most 64 are handed over untaken', len(child.mails))
    done = 0
    while len(child.mails) < 150 and done < len(child.mails):
        child.taken(child.mails[0][0], *[m[1] for m in child.mails[done:]])
        done = len(child.mails)
        child.until(lambda f: len(f.mails) >= min(done + 30, 150), 5)
    fact([m[1] for m in child.mails] == list(range(1, 151)), 'all come, once, in order')
    child.close()


@with_lab
def test_secrets(place, lab):
    user = 'odd'
    password = 'p"w\\ %s é{3}' % '*'
    with open(lab.path('dovecot/users'), 'a', encoding='utf-8') as users:
        users.write('%s:{PLAIN}%s::::::\n' % (user, password.replace(':', '')))
    lab.deliver('gateway', mail('x'))
    child = wire.Fetch(url_of(lab), user, secret_file=place.file('odd', password + '\n'),
                       ca_file=lab.ca)
    child.until(lambda f: f.states)
    fact(child.states[0][0] == wire.UP, 'a password may hold quotes, backslashes, é',
         child.states, lab.log()[-600:])
    child.close()
    for sentence, more in (('a wrong password', {'secret_command': 'echo wrong'}),
                           ('a password file that others may read', {
                               'secret_file': lab.path('dovecot/users')}),
                           ('no password file', {'secret_file': '/nonexistent'})):
        child = wire.Fetch(url_of(lab), 'gateway', ca_file=lab.ca, **more)
        child.until(lambda f: f.states)
        fact(child.states and child.states[0][0] == wire.DOWN, sentence + ' is told',
             child.states)
        print('       %s' % (child.states[0][1],))
        child.close()


@with_lab
def test_folder_and_starttls(place, lab):
    box = lab.imap('gateway', None)
    box.create('Gateway/In')
    box.append('Gateway/In', None, None, mail('in a folder'))
    box.logout()
    child = place.fetch(url_of(lab, 'Gateway%2fIn', 'imap+starttls'), ca=lab.ca)
    fact(child.until(lambda f: f.mails), 'a folder of its own, by STARTTLS', child.states)
    child.close()
    child = place.fetch(url_of(lab, 'Nowhere'), ca=lab.ca)
    child.until(lambda f: len(f.states) > 1)
    fact(child.states[-1][0] == wire.DOWN, 'a folder that is not there is told', child.states)
    child.close()


@with_lab
def test_without_idle(place, lab):
    with open(lab.path('dovecot/dovecot.conf'), 'a') as conf:
        conf.write('imap_capability = IMAP4rev1 UIDPLUS\n')
    lab.stop_dovecot()
    lab.start_dovecot()
    child = place.fetch(url_of(lab), ca=lab.ca, look_every_s=1)
    child.drained()
    lab.deliver('gateway', mail('polled'))
    fact(child.until(lambda f: f.mails, 5), 'without IDLE it looks from time to time',
         child.states)
    child.close()


def main():
    tests = [(n, t) for n, t in globals().items() if n.startswith('test_') and callable(t)]
    wanted = sys.argv[1:]
    place = Place()
    for name, test in tests:
        if wanted and name not in wanted:
            continue
        print(name, flush=True)
        reason = labs.missing() if getattr(test, 'needs_lab', False) else None
        if reason is not None:
            print('  skipped: ' + reason)
            continue
        try:
            test(place)
        except Exception:  # a test that breaks is a fact that does not hold
            traceback.print_exc()
            failures.append(name)
    shutil.rmtree(place.folder, ignore_errors=True)
    print('%d facts do not hold' % len(failures) if failures else 'all facts hold')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
