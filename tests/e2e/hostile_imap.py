"""hostile_imap: an IMAP server that does everything wrong, one way at a time.

    server = Hostile('stall_in_literal', certificate='good.pem', key='good.key')
    server.port, server.passwords [(when, the line)], server.connections ... server.stop()

A scenario is a dictionary: command -> what to do instead of the honest answer.
'greeting' is what comes first, 'LOGIN', 'SELECT', 'FETCH', 'IDLE', ... answer a
command. An answer is bytes, or a function of the tag that makes them; a tuple of
parts: bytes, Slowly, a function to call, CLOSE.
The honest server holds `mails` (uid -> octets), one by default, UIDVALIDITY 5.
TLS is spoken from the first octet on, unless plain=True.
"""
import re
import socket
import ssl
import threading
import time

CLOSE = object()
HONEST_CAPABILITIES = b'IMAP4rev1 IDLE MOVE UIDPLUS'
BODY = b'From: a@a.test\r\nSubject: hostile\r\n\r\nhello\r\n'


def ok(tag, *untagged):
    return b''.join(b'* ' + u + b'\r\n' for u in untagged) + tag + b' OK done\r\n'


def body(uid, octets=BODY, more=b''):
    return b'1 FETCH (UID %d %sBODY[] {%d}\r\n%s)' % (uid, more, len(octets), octets)


def literal(length, sent=b'hello'):
    """A FETCH answer whose literal says `length`."""
    return b'* 1 FETCH (UID 1 BODY[] {%s}\r\n%s' % (length, sent)


class Slowly:
    """`octets` one at a time, `every` seconds."""

    def __init__(self, octets, every):
        self.octets, self.every = octets, every


def greeting(octets, *more):
    return {'greeting': (octets, *more)}


def answer(command, make):
    return {command: make}


# In FETCH the size listing comes first: 'BODY' answers the fetch of octets only.
SCENARIOS = {
    # ---- before the login ----
    'close_at_once': greeting(b'', CLOSE),
    'silent': greeting(b''),
    'half_a_greeting': greeting(b'* OK [CAPABILITY IMAP4rev1] hel'),
    'greeting_of_http': greeting(b'HTTP/1.1 400 Bad Request\r\n\r\n'),
    'greeting_of_every_octet': greeting(bytes(range(256)) + b'\r\n'),
    'greeting_of_300k': greeting(b'* OK ' + b'x' * 300000 + b'\r\n'),
    'greeting_bye': greeting(b'* BYE too busy\r\n', CLOSE),
    'greeting_preauth': greeting(b'* PREAUTH you are in\r\n'),
    'greeting_drips': greeting(Slowly(b'* OK ' + b'x' * 5000, 0.5)),
    'no_capabilities': answer('CAPABILITY', ok),
    'capability_no': answer('CAPABILITY', lambda t: t + b' NO why\r\n'),
    'login_disabled': answer('CAPABILITY', lambda t: ok(t, b'CAPABILITY LOGINDISABLED')),
    'login_no': answer('LOGIN', lambda t: t + b' NO [AUTHENTICATIONFAILED] no\r\n'),
    'login_unavailable': answer('LOGIN', lambda t: t + b' NO [UNAVAILABLE] later\r\n'),
    'login_bad': answer('LOGIN', lambda t: t + b' BAD what\r\n'),
    'login_close': answer('LOGIN', lambda t: (b'', CLOSE)),
    'login_silent': answer('LOGIN', lambda t: b''),
    # ---- the folder ----
    'select_no': answer('SELECT', lambda t: t + b' NO no such folder\r\n'),
    'select_says_nothing': answer('SELECT', ok),
    'select_numbers_too_large': answer('SELECT', lambda t: ok(
        t, b'1 EXISTS', b'OK [UIDVALIDITY 99999999999999] x', b'OK [UIDNEXT 99999999999999] x')),
    'select_uidnext_is_no_number': answer('SELECT', lambda t: ok(
        t, b'1 EXISTS', b'OK [UIDVALIDITY 5] x', b'OK [UIDNEXT abc] x')),
    'select_no_uidnext': answer('SELECT', lambda t: ok(
        t, b'1 EXISTS', b'OK [UIDVALIDITY 5] x')),
    'select_uidnext_is_the_last': answer('SELECT', lambda t: ok(
        t, b'1 EXISTS', b'OK [UIDVALIDITY 5] x', b'OK [UIDNEXT 4294967295] x')),
    'select_with_an_empty_status': answer('SELECT', lambda t: ok(
        t, b'STATUS INBOX ()', b'1 EXISTS', b'OK [UIDVALIDITY 5] x', b'OK [UIDNEXT 2] x')),
    'select_bye': answer('SELECT', lambda t: (b'* BYE\r\n', CLOSE)),
    'select_bye_spaced': answer('SELECT', lambda t: (b'*   bye now\r\n', CLOSE)),
    'uidvalidity_changes_each_time': {'uidvalidity': 'changing'},
    # ---- the list of sizes ----
    'list_of_other_uids': answer('SIZE', lambda t: ok(
        t, b'1 FETCH (UID 7 RFC822.SIZE 9)', b'2 FETCH (UID 4294967297 RFC822.SIZE 9)')),
    'list_without_uids': answer('SIZE', lambda t: ok(t, b'1 FETCH (RFC822.SIZE 40)')),
    'list_twice_the_same': answer('SIZE', lambda t: ok(
        t, *[b'1 FETCH (UID 1 RFC822.SIZE %d)' % len(BODY)] * 1000)),
    'list_size_huge': answer('SIZE', lambda t: ok(
        t, b'1 FETCH (UID 1 RFC822.SIZE 4294967295)')),
    'list_size_zero': answer('SIZE', lambda t: ok(t, b'1 FETCH (UID 1 RFC822.SIZE 0)')),
    'list_no': answer('SIZE', lambda t: t + b' NO not now\r\n'),
    # ---- the mails ----
    'body_close_in_literal': answer('BODY', lambda t: (literal(b'5000'), CLOSE)),
    'body_stall_in_literal': answer('BODY', lambda t: literal(b'5000')),
    'body_drips': answer('BODY', lambda t: Slowly(literal(b'5000', b'x' * 5000), 0.2)),
    'body_literal_4g': answer('BODY', lambda t: (literal(b'4294967295'), CLOSE)),
    'body_literal_2g': answer('BODY', lambda t: literal(b'2000000000')),
    'body_literal_wraps': answer('BODY', lambda t: literal(b'4294967299') + ok(t)),
    'body_literal_overflows': answer('BODY', lambda t: (
        literal(b'18446744073709551615'), CLOSE)),
    'body_literal_negative': answer('BODY', lambda t: literal(b'-5', b'hello)\r\n') + ok(t)),
    'body_larger_than_said': answer('BODY', lambda t: ok(t, body(1, b'x' * 3000000))),
    'body_missing': answer('BODY', ok),
    'body_nil': answer('BODY', lambda t: ok(t, b'1 FETCH (UID 1 BODY[] NIL)')),
    'body_quoted': answer('BODY', lambda t: ok(t, b'1 FETCH (UID 1 BODY[] "hello")')),
    'body_empty': answer('BODY', lambda t: ok(t, body(1, b''))),
    'body_with_nul': answer('BODY', lambda t: ok(t, body(1, b'he\0lo'))),
    'body_of_another': answer('BODY', lambda t: ok(
        t, b'7 FETCH (FLAGS (\\Seen))', b'2 FETCH (FLAGS () UID 99)', body(99), body(1))),
    'body_without_uid': answer('BODY', lambda t: ok(t, b'1 FETCH (BODY[] {5}\r\nhello)')),
    'body_with_unknown_item': answer('BODY', lambda t: ok(t, body(1, more=b'EMAILID (abc) '))),
    'body_amid_garbage': answer('BODY', lambda t: (
        b'\x00\xff\xfe garbage )(\r\n' + ok(t, body(1)))),
    'body_amid_unknown_lines': answer('BODY', lambda t: ok(t, b'FOO BAR BAZ', body(1))),
    'body_amid_200000_exists': answer('BODY', lambda t: ok(
        t, *[b'1 EXISTS'] * 200000, body(1))),
    'body_with_deep_parentheses': answer('BODY', lambda t: ok(
        t, b'1 FETCH (BODYSTRUCTURE ' + b'(' * 200000 + b')' * 200000 + b')')),
    'body_with_parentheses_hidden': answer('BODY', lambda t: (
        b'* OK {400000}\r\n* 1 FETCH (BODYSTRUCTURE ' + b'(' * 200000 + ok(t))),
    'body_no': answer('BODY', lambda t: t + b' NO [SERVERBUG] oops\r\n'),
    'body_bad': answer('BODY', lambda t: t + b' BAD oops\r\n'),
    'body_bye': answer('BODY', lambda t: (b'* BYE shutting down\r\n', CLOSE)),
    'body_wrong_tag': answer('BODY', lambda t: b'zz99 OK done\r\n'),
    'body_endless_line': answer('BODY', lambda t: (b'* OK ' + b'x' * 60000000, CLOSE)),
    # ---- afterwards ----
    'store_no': answer('STORE', lambda t: t + b' NO read only\r\n'),
    'store_close': answer('STORE', lambda t: (b'', CLOSE)),
    'idle_bye': answer('IDLE', lambda t: (b'+ idling\r\n* BYE autologout\r\n', CLOSE)),
    'idle_bad': answer('IDLE', lambda t: t + b' BAD no idle here\r\n'),
    'idle_silent': answer('IDLE', lambda t: b''),
    'idle_half_a_line': answer('IDLE', lambda t: b'+ idling\r\n* 2 EX'),
    'idle_news_glued': answer('IDLE', lambda t: b'+ idling\r\n* 2 EXISTS\r\n'),
    'idle_news_before_plus': answer('IDLE', lambda t: b'* 2 EXISTS\r\n+ idling\r\n'),
    'idle_expunge': answer('IDLE', lambda t: b'+ idling\r\n* 1 EXPUNGE\r\n* OK Still here\r\n'),
    'idle_chatter': answer('IDLE', lambda t: b'+ idling\r\n' + b'* OK Still here\r\n' * 200000),
    'idle_ended_by_server': answer('IDLE', lambda t: b'+ idling\r\n' + t + b' OK enough\r\n'),
}


class Hostile:
    def __init__(self, scenario, certificate=None, key=None, plain=False, mails=None,
                 starttls=None):
        self.rules = SCENARIOS[scenario] if isinstance(scenario, str) else scenario
        self.mails = {1: BODY} if mails is None else mails
        self.plain = plain
        self.starttls = starttls  # what to answer to STARTTLS, for plain ones
        self.passwords, self.commands, self.connections = [], [], 0
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=50)
        self.port = self.listener.getsockname()[1]
        self.stopped = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self):
        self.stopped.set()
        self.listener.close()

    def _listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(600)
            if not self.plain:
                connection = self.context.wrap_socket(connection, server_side=True)
            self._talk(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def _say(self, connection, what):
        """False: that was the end."""
        for part in what if isinstance(what, tuple) else (what,):
            if part is CLOSE:
                return False
            if isinstance(part, Slowly):
                for octet in part.octets:
                    if self.stopped.wait(part.every):
                        return False
                    connection.sendall(bytes([octet]))
            elif callable(part):
                part()
            elif part:
                connection.sendall(part)
        return True

    def _talk(self, connection):
        if not self._say(connection, self.rules.get('greeting', b'* OK ready\r\n')):
            return
        lines, idle_tag = connection.makefile('rb'), None
        while True:
            line = lines.readline()
            words = line.split()
            if not line:
                return
            if not words:
                continue
            if words[0].upper() == b'DONE':
                if idle_tag is not None:
                    connection.sendall(idle_tag + b' OK idle over\r\n')
                continue
            tag, command = words[0], self._command(words)
            self.commands.append(command)
            if command == 'LOGIN':
                self.passwords.append((time.monotonic(), line))
            if command == 'IDLE':
                idle_tag = tag
            rule = self.rules.get(command)
            said = self._honest(tag, command, line) if rule is None else (
                rule(tag) if callable(rule) else rule)
            if not self._say(connection, said):
                return
            if command == 'STARTTLS' and self.context is not None and rule is None:
                connection = self.context.wrap_socket(connection, server_side=True)
                lines = connection.makefile('rb')
            if command == 'LOGOUT':
                return

    @staticmethod
    def _command(words):
        command = words[1].upper() if len(words) > 1 else b''
        if command == b'UID':
            command = words[2].upper()
            if command == b'FETCH':
                command = b'SIZE' if b'RFC822.SIZE' in b' '.join(words).upper() else b'BODY'
        return command.decode('latin-1')

    def _uids(self, line):
        """The UIDs we have of the set in the line ("1:5,7")."""
        wanted = re.search(rb'UID \w+ ([\d:,*]+)', line, re.I).group(1)
        last = max(self.mails, default=0)
        found = set()
        for part in wanted.split(b','):
            ends = [last if e == b'*' else int(e) for e in part.split(b':')]
            found.update(u for u in self.mails if min(ends) <= u <= max(ends))
        return sorted(found)

    def _honest(self, tag, command, line):
        if command == 'CAPABILITY':
            return ok(tag, b'CAPABILITY ' + HONEST_CAPABILITIES)
        if command == 'SELECT':
            uidvalidity = 5
            if self.rules.get('uidvalidity') == 'changing':
                uidvalidity = time.monotonic_ns() % 1000000 + 1
            return ok(tag, b'FLAGS (\\Seen)', b'%d EXISTS' % len(self.mails), b'0 RECENT',
                      b'OK [UIDVALIDITY %d] x' % uidvalidity,
                      b'OK [UIDNEXT %d] x' % (max(self.mails, default=0) + 1))
        if command == 'SIZE':
            return ok(tag, *(b'%d FETCH (UID %d RFC822.SIZE %d)' % (u, u, len(self.mails[u]))
                             for u in self._uids(line)))
        if command == 'BODY':
            return ok(tag, *(body(u, self.mails[u]) for u in self._uids(line)))
        if command == 'IDLE':
            return b'+ idling\r\n'
        if command == 'LOGOUT':
            return b'* BYE\r\n' + ok(tag)
        return ok(tag)
