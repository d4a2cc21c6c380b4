"""A submission server that misbehaves on demand, one scenario each.

    with Server({"RCPT": ["550 5.1.1 nobody"], "DOT": [DROP]}) as server:
        ... talk to 127.0.0.1:server.port ...
    server.mails, server.verbs, server.secrets    what it has seen

A scenario maps a verb (BANNER, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, DOT, RSET,
QUIT, IDLE) to what happens at its first, second, ... time: a reply line (or
several, joined by newlines), or one of the actions below. What is not told goes
well. IDLE is what happens unasked after a mail was accepted.
"""

import os
import socket
import ssl
import subprocess
import threading
import time

DROP = ("drop",)            # close the connection
RESET = ("reset",)          # close it with RST
SILENT = ("silent",)        # say nothing more, keep it open
DRIP = ("drip",)            # an octet of a reply now and then, never a whole line
DRIP_LINES = ("driplines",) # a continuation line now and then, never the last
ENDLESS = ("endless",)      # continuation lines as fast as they go
LONG = ("long",)            # one line without end
GARBAGE = ("garbage",)      # octets that are no SMTP


def then(reply, action):
    """A reply line, and an action right after it."""
    return ("then", reply, action)


class Server:
    def __init__(self, steps=None, offers=("8BITMIME", "SMTPUTF8", "PIPELINING", "SIZE 26214400"),
                 tls=None, certificate=None, limit=1000):
        """tls: None, "implicit" or "starttls" (then with AUTH); certificate: (cert, key);
        limit: more connections at once are turned away."""
        self.steps = {verb: list(what) for verb, what in (steps or {}).items()}
        self.offers, self.tls = list(offers), tls
        self.limit, self.turned_away = limit, 0
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.lock = threading.Lock()
        self.mails, self.envelopes, self.verbs, self.secrets = [], [], [], []
        self.connections = self.open_now = self.open_most = 0
        self.ending = threading.Event()

    def __enter__(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(50)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def count(self, verb):
        with self.lock:
            return self.verbs.count(verb)

    def _accept(self):
        while not self.ending.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with self.lock:
            self.connections += 1
            self.open_now += 1
            self.open_most = max(self.open_most, self.open_now)
        try:
            _Session(self, connection).run()
        except (OSError, EOFError, ssl.SSLError):
            pass
        finally:
            with self.lock:
                self.open_now -= 1


class _Session:
    def __init__(self, server, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server, self.connection, self.secure = server, connection, False
        self.buffer = b""

    def run(self):
        try:
            if self.server.open_now > self.server.limit:
                self.server.turned_away += 1
                self._say("421 4.7.0 too many connections")
                return
            if self.server.tls == "implicit":
                self._secure()
            self._answer("BANNER", "220 hostile.test ESMTP")
            while True:
                line = self._line()
                verb = line[:4].upper().decode("ascii", "replace")
                verb = {"STAR": "STARTTLS", "HELO": "EHLO"}.get(verb, verb)
                with self.server.lock:
                    self.server.verbs.append(verb)
                getattr(self, "_" + verb.lower(), self._other)(line)
        finally:
            self.connection.close()

    # -- octets

    def _secure(self):
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def _more(self):
        self.connection.settimeout(60)
        got = self.connection.recv(65536)
        if not got:
            raise EOFError
        self.buffer += got

    def _line(self):
        while b"\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line + b"\n"

    def _say(self, reply):
        lines = reply.split("\n")
        text = "".join(line[:3] + ("-" if i + 1 < len(lines) else line[3:4] or "") + line[4:] + "\r\n"
                       for i, line in enumerate(lines))
        self.connection.sendall(text.encode())

    def _answer(self, verb, usual):
        """Returns True if the usual, positive answer was given."""
        with self.server.lock:
            steps = self.server.steps.get(verb)
            step = steps.pop(0) if steps else usual
        self._do(step)
        return step == usual or (isinstance(step, str) and step[0] in "23")

    def _do(self, step):
        if isinstance(step, str):
            self._say(step)
        elif isinstance(step, tuple) and step[0] == "then":
            self._say(step[1])
            self._do(step[2])
        elif isinstance(step, float):
            time.sleep(step)
        else:
            getattr(self, "_act_" + step[0])()

    def _act_drop(self):
        raise EOFError

    def _act_reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   b"\x01\x00\x00\x00\x00\x00\x00\x00")
        raise EOFError

    def _act_silent(self):
        self.server.ending.wait(60)
        raise EOFError

    def _act_drip(self):
        while not self.server.ending.wait(0.2):
            self.connection.sendall(b"2")
        raise EOFError

    def _act_driplines(self):
        while not self.server.ending.wait(0.2):
            self.connection.sendall(b"250-patience\r\n")
        raise EOFError

    def _act_endless(self):
        while not self.server.ending.is_set():
            self.connection.sendall(b"250-and then\r\n" * 100)
        raise EOFError

    def _act_long(self):
        while not self.server.ending.is_set():
            self.connection.sendall(b"250 " + b"x" * 4000)
        raise EOFError

    def _act_garbage(self):
        self.connection.sendall(b"\x00\xff\x16\x03\x01\r\n\xc3\x28 what\r\n")

    # -- verbs

    def _ehlo(self, _line):
        offers = list(self.server.offers)
        if self.server.tls == "starttls" and not self.secure:
            offers = offers + ["STARTTLS"]
        elif self.server.tls:
            offers = offers + ["AUTH PLAIN LOGIN"]
        self._answer("EHLO", "\n".join("250 " + o for o in ["hostile.test"] + offers))

    _helo = _ehlo

    def _starttls(self, _line):
        if self._answer("STARTTLS", "220 go ahead"):
            self._secure()

    def _auth(self, line):
        words = line.split()
        wanted = {b"PLAIN": 1, b"LOGIN": 2}.get(words[1].upper(), 1)
        for _ in range(wanted - (len(words) - 2)):
            self._say("334 ")
            line += self._line()
        with self.server.lock:
            self.server.secrets.append((line, self.secure))
        self._answer("AUTH", "235 2.7.0 welcome")

    def _mail(self, line):
        self.envelope = line
        self._answer("MAIL", "250 2.1.0 ok")

    def _rcpt(self, line):
        self.envelope += line
        self.taken = self._answer("RCPT", "250 2.1.5 ok")

    def _data(self, _line):
        if not getattr(self, "taken", False):
            self._answer("DATA", "554 5.5.1 no valid recipients")
            return
        if not self._answer("DATA", "354 go ahead"):
            return
        lines = []
        while True:
            line = self._line()
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        with self.server.lock:  # arrived, whatever is answered now
            self.server.mails.append(b"".join(lines))
            self.server.envelopes.append(self.envelope)
        if self._answer("DOT", "250 2.0.0 queued"):
            with self.server.lock:
                unasked = self.server.steps.get("IDLE")
                step = unasked.pop(0) if unasked else None
            if step:
                self._do(step)

    def _rset(self, _line):
        self._answer("RSET", "250 2.0.0 ok")

    def _quit(self, _line):
        self._answer("QUIT", "221 2.0.0 bye")
        raise EOFError

    def _other(self, _line):
        self._say("500 5.5.2 what")


# -- certificates

def certificates(folder):
    """A CA of our own and what a bad server might show: {name: (cert, key)} and the CA's path."""
    def run(*words):
        subprocess.run(("openssl",) + words, check=True, cwd=folder, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def authority(name):
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out",
            name + ".pem", "-days", "30", "-subj", "/CN=" + name,
            "-addext", "basicConstraints=critical,CA:true",
            "-addext", "keyUsage=critical,keyCertSign")

    def server(name, by, san, days):
        with open(os.path.join(folder, name + ".ext"), "w") as out:
            out.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % san)
        run("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out",
            name + ".csr", "-subj", "/CN=" + name)
        run("x509", "-req", "-in", name + ".csr", "-CA", by + ".pem", "-CAkey", by + ".key",
            "-CAcreateserial", "-out", name + ".pem", "-days", days, "-extfile", name + ".ext")
        return os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")

    authority("ca")
    authority("stranger")
    right = "DNS:localhost,IP:127.0.0.1"
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "own.key", "-out", "own.pem",
        "-days", "30", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=" + right)
    return os.path.join(folder, "ca.pem"), {
        "good": server("good", "ca", right, "30"),
        "wrong name": server("wrong", "ca", "DNS:other.test", "30"),
        "expired": server("expired", "ca", right, "-1"),
        "unknown authority": server("unknown", "stranger", right, "30"),
        "self-signed": (os.path.join(folder, "own.pem"), os.path.join(folder, "own.key")),
    }
