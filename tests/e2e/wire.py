"""wire: the frames between the parent and its children (gateway/io/wire.h), in
Python, so that a test can be the parent of a single child.

The program is build/passerelle, or what PASSERELLE says."""
import os
import select
import socket
import struct
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ.get('PASSERELLE') or os.path.join(HERE, '..', '..', 'build', 'passerelle')

PARSE, PARSED, CONTACTS, CONTACTS_READ = range(1, 5)
FETCH_SETTINGS, FETCH_TAKEN, FETCH_MAIL, FETCH_SKIPPED, FETCH_ACKED, FETCH_STATE = range(16, 22)
SUBMIT_SETTINGS, SUBMIT_MAIL, SUBMIT_RESULT = range(32, 35)
DOWN, UP, DRAINED = range(3)
NULL = 2 ** 64 - 1


def number(value):
    return struct.pack('>Q', value)


def text(value):
    if value is None:
        return number(NULL)
    octets = value if isinstance(value, bytes) else value.encode()
    return number(len(octets)) + octets


class Reader:
    """The values of one payload, in turn."""

    def __init__(self, payload):
        self.payload, self.at = payload, 0

    def number(self):
        self.at += 8
        return struct.unpack_from('>Q', self.payload, self.at - 8)[0]

    def octets(self):
        length = self.number()
        if length == NULL:
            return None
        self.at += length
        assert self.at <= len(self.payload), 'a frame that lies about its length'
        return self.payload[self.at - length:self.at]

    def text(self):
        octets = self.octets()
        return None if octets is None else octets.decode('utf-8')

    def done(self):
        return self.at == len(self.payload)


class Child:
    """`passerelle child ROLE` with its socket; the parent's end is ours."""

    def __init__(self, role):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        fd = theirs.detach()

        def give_it_descriptor_3():
            os.dup2(fd, 3)
            os.set_inheritable(3, True)
            for other in os.listdir('/proc/self/fd'):
                if int(other) > 3 and os.path.exists('/proc/self/fd/' + other):
                    os.set_inheritable(int(other), False)

        environment = {k: v for k, v in os.environ.items()
                       if k in ('PATH', 'LANG', 'TZ', 'ASAN_OPTIONS', 'UBSAN_OPTIONS')}
        self.started_at = time.monotonic()
        self.process = subprocess.Popen([PROGRAM, 'child', role], close_fds=False,
                                        env=environment, stdin=subprocess.DEVNULL,
                                        preexec_fn=give_it_descriptor_3)
        os.close(fd)
        self.socket = ours
        self.buffer, self.at = b'', 0

    def send(self, kind, payload):
        self.socket.sendall(struct.pack('>II', kind, len(payload)) + payload)

    def receive(self, within):
        """(type, Reader), or None if no frame came within so many seconds.
        EOFError: the child has ended."""
        deadline = time.monotonic() + within
        while True:
            there = len(self.buffer) - self.at
            if there >= 8:
                kind, length = struct.unpack_from('>II', self.buffer, self.at)
                if there >= 8 + length:
                    self.at += 8 + length
                    return kind, Reader(self.buffer[self.at - length:self.at])
            left = deadline - time.monotonic()
            if not select.select([self.socket], [], [], max(left, 0))[0]:
                if left <= 0:
                    return None
                continue
            more = self.socket.recv(1 << 20)
            if more == b'':
                raise EOFError('the child has ended: %s' % self.process.wait(5))
            self.buffer, self.at = self.buffer[self.at:] + more, 0

    def cpu_seconds(self):
        with open('/proc/%d/stat' % self.process.pid) as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def peak_kb(self):
        with open('/proc/%d/status' % self.process.pid) as file:
            return next(int(l.split()[1]) for l in file if l.startswith('VmHWM'))

    def close(self, within=10):
        """Its exit code; a negative one is a signal; None: it had to be killed.
        The end of the socket ends it."""
        self.socket.close()
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


class Fetch(Child):
    """The fetch child: what it says is kept in lists."""

    def __init__(self, url, user, secret_file=None, secret_command=None, ca_file=None,
                 done_folder=None, look_every_s=300, size_limit=1 << 20, uidvalidity=0,
                 last_uid=0):
        super().__init__('fetch')
        self.mails, self.skipped, self.acked, self.states = [], [], [], []
        self.arrived = []
        self.send(FETCH_SETTINGS, text(url) + text(user) + text(secret_file) +
                  text(secret_command) + text(ca_file) + text(done_folder) +
                  number(look_every_s) + number(size_limit) + number(uidvalidity) +
                  number(last_uid))

    def taken(self, uidvalidity, *uids):
        self.send(FETCH_TAKEN, number(uidvalidity) + number(len(uids)) +
                  b''.join(number(uid) for uid in uids))

    def step(self, within):
        """Takes one frame in; its type, or None."""
        got = self.receive(within)
        if got is None:
            return None
        kind, frame = got
        if kind == FETCH_MAIL:
            self.mails.append((frame.number(), frame.number(), frame.octets()))
            self.arrived.append(time.monotonic())
        elif kind == FETCH_SKIPPED:
            self.skipped.append((frame.number(), frame.number(), frame.text()))
        elif kind == FETCH_ACKED:
            uidvalidity = frame.number()
            self.acked += [(uidvalidity, frame.number()) for _ in range(frame.number())]
        elif kind == FETCH_STATE:
            self.states.append((frame.number(), frame.text()))
        else:
            raise AssertionError('a frame of type %d' % kind)
        assert frame.done(), 'more in a frame of type %d than belongs there' % kind
        return kind

    def until(self, condition, within=10):
        """Steps until condition(self); False if it takes longer."""
        deadline = time.monotonic() + within
        while not condition(self):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.step(left)
        return True

    def drained(self, within=10):
        """The next "nothing left" from now on."""
        before = sum(1 for s in self.states if s[0] == DRAINED)
        return self.until(lambda f: sum(1 for s in f.states if s[0] == DRAINED) > before, within)
