"""Drives `passerelle child submit` by its frames (gateway/io/wire.h), as the parent would."""

import os
import select
import socket
import struct
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("PASSERELLE", os.path.join(ROOT, "build", "passerelle"))
SETTINGS, MAIL, RESULT = 32, 33, 34
OUTCOMES = ("sent", "later", "refused", "unknown")


def number(value):
    return struct.pack(">Q", value)


def octets(value):
    return number(2**64 - 1) if value is None else number(len(value)) + value


def text(value):
    return octets(None if value is None else value.encode())


class Result:
    def __init__(self, payload):
        self.at, self.payload = 0, payload
        self.id, outcome, account, self.code = (self._number() for _ in range(4))
        self.outcome, self.account = OUTCOMES[outcome], bool(account)
        self.status, self.reply = self._text(), self._text()

    def _number(self):
        self.at += 8
        return struct.unpack(">Q", self.payload[self.at - 8:self.at])[0]

    def _text(self):
        length = self._number()
        self.at += length
        return self.payload[self.at - length:self.at].decode()

    def __repr__(self):
        return "%s account=%d %d %s \"%s\"" % (self.outcome, self.account, self.code, self.status,
                                               self.reply)


class Child:
    def __init__(self, url, user=None, secret_file=None, ca_file=None, timeout_s=0,
                 helo="gw.example", errors=os.devnull):
        self.socket, theirs = socket.socketpair()
        with open(errors, "a") as log:
            self.pid = os.posix_spawn(PROGRAM, [PROGRAM, "child", "submit"], {"PATH": os.environ["PATH"]},
                                      file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                                                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3)])
        theirs.close()
        self.status = None
        self.send(SETTINGS, text(url) + text(user) + text(secret_file) + text(None) + text(ca_file)
                  + text(helo) + number(timeout_s))

    def send(self, kind, payload):
        self.socket.sendall(struct.pack(">II", kind, len(payload)) + payload)

    def mail(self, ident, recipient, body, reverse_path="bounce@gw.example"):
        self.send(MAIL, number(ident) + text(reverse_path) + text(recipient) + octets(body))

    def _exactly(self, count, deadline):
        got = b""
        while len(got) < count:
            if not select.select([self.socket], [], [], max(0, deadline - time.monotonic()))[0]:
                return None
            part = self.socket.recv(count - len(got))
            if not part:
                return None
            got += part
        return got

    def result(self, within_s=10):
        """The next result, or None: none came, or the child is gone."""
        deadline = time.monotonic() + within_s
        head = self._exactly(8, deadline)
        if head is None:
            return None
        kind, length = struct.unpack(">II", head)
        assert kind == RESULT
        return Result(self._exactly(length, deadline))

    def stop(self, within_s=5):
        """Closes the socket as a parent that ends does; the exit code, None if it had to be killed."""
        self.socket.close()
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.cpu_s = used.ru_utime + used.ru_stime
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        return None
