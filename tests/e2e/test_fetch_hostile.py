#!/usr/bin/env python3
"""The fetch child alone, against IMAP servers that do everything wrong: it neither
crashes nor hangs nor hammers, nobody but the right server sees the password, and
one bad mail does not hold up the others."""
import sys
import time

from facts import Place, fact, hostile_imap, run, wire

HOSTILE_S = 35  # longer than the deadline of a greeting and all the first pauses
# A stalled command is given a minute; the child is killed amid it, as in production.
STALLS = {'silent', 'half_a_greeting', 'greeting_drips', 'login_silent',
          'body_stall_in_literal', 'body_drips', 'idle_half_a_line'}
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
    scenarios = {
        'a server without STARTTLS': {'STARTTLS': lambda t: t + b' BAD what\r\n'},
        'one that refuses it': {'STARTTLS': lambda t: t + b' NO not today\r\n'},
        'one that has logged us in already': hostile_imap.SCENARIOS['greeting_preauth'],
        'one that answers and then talks on in clear': {'STARTTLS': ok},
        'one that glues an answer to it': {
            'STARTTLS': lambda t: ok(t) + b'* CAPABILITY IMAP4rev1\r\np2 OK injected\r\n'}}
    runs = []
    for sentence, rules in scenarios.items():
        server = place.hostile(rules, plain=True)
        runs.append((sentence, server,
                     place.fetch('imap+starttls://localhost:%d/INBOX' % server.port)))
    for sentence, server, child in runs:
        child.until(lambda f: f.states, 40)
        fact(child.states and child.states[0][0] == wire.DOWN and not server.passwords,
             'no downgrade: %s never sees the password' % sentence, child.states,
             server.passwords)
        child.close(1)
        server.stop()


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


def test_latency(place):
    """From the announcement in IDLE to the mail in the parent's hands."""
    told = []

    def one_more():
        time.sleep(0.05)
        server.mails[len(server.mails) + 1] = b'Subject: new\r\n\r\nx\r\n'
        told.append(time.monotonic())

    def announce(_):
        return (b'+ idling\r\n', one_more, b'* 9 EXISTS\r\n') if len(told) < 21 else b'+ x\r\n'

    server = place.hostile({'IDLE': announce})
    child = place.fetch('imaps://localhost:%d/INBOX' % server.port)
    child.until(lambda f: len(f.mails) == 22, 20)
    spent = sorted((b - a) * 1000 for a, b in zip(told, child.arrived[1:]))
    fact(len(spent) == 21, 'each new mail comes', child.states)
    print('       median %.1f ms, worst %.1f ms' % (spent[len(spent) // 2], spent[-1]))
    fact(spent[len(spent) // 2] < 50, 'within a few milliseconds', spent)
    child.close()
    server.stop()


def test_done_folder_is_the_folder_itself(place):
    server = place.hostile({})
    child = place.fetch('imaps://localhost:%d/INBOX' % server.port, done_folder='inbox')
    child.until(lambda f: f.mails)
    child.taken(5, 1)
    child.until(lambda f: f.acked)
    fact('STORE' in server.commands and 'MOVE' not in server.commands,
         'a mail is not moved where it is', server.commands)
    child.close()
    server.stop()


if __name__ == '__main__':
    place = Place()
    code = run([t for n, t in list(globals().items()) if n.startswith('test_')], place)
    place.remove()
    sys.exit(code)
