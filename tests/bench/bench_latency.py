#!/usr/bin/env python3
"""From the IMAP server's announcement to the ask accepted by the SMTP server, on an idle
system; and what an idle `serve` costs. Goals: median under 60 ms, all processes together
under 40 MB of private memory, no measurable CPU.

A real Dovecot announces (to us too: that starts the clock); a TLS sink takes the mail.
"""
import os
import re
import socket
import ssl
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from lab import Lab, missing  # noqa: E402
from test_gateway import Gateway  # noqa: E402

ROUNDS = int(os.environ.get('ROUNDS', '25'))


class Sink:
    """Takes every mail over implicit TLS: [(time of the final dot's reply, octets)]."""

    def __init__(self, lab):
        self.taken, self.changed = [], threading.Condition()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(lab.path('tls/good.pem'), lab.path('tls/good.key'))
        self.server = context.wrap_socket(socket.create_server(('127.0.0.1', 0)), server_side=True)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except ssl.SSLError:
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        lines, say = client.makefile('rb'), lambda text: client.sendall(text + b'\r\n')
        say(b'220 sink')
        for line in lines:
            verb = line[:4].upper()
            if verb == b'EHLO':
                say(b'250-sink\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 26214400')
            elif verb == b'AUTH':
                say(b'235 in')
            elif verb == b'DATA':
                say(b'354 go on')
                octets = b''.join(iter(lambda: next(lines), b'.\r\n'))
                say(b'250 taken')
                with self.changed:
                    self.taken.append((time.monotonic(), octets))
                    self.changed.notify_all()
            else:
                say(b'250 ok')

    def wait(self, words):
        with self.changed:
            found = self.changed.wait_for(lambda: [t for t in self.taken if words in t[1]], 30)
        if not found:
            raise SystemExit('the sink never got ' + repr(words))
        return found[-1]


class Bell:
    """Our own IDLE on the gateway's mailbox: when the server tells of new mail."""

    def __init__(self, lab):
        self.box = lab.imap('gateway')
        self.box.send(b'x1 IDLE\r\n')
        self.box.readline()

    def wait(self):
        while b'EXISTS' not in self.box.readline():
            pass
        return time.monotonic()


def mail(sender, to, subject, text):
    return ('From: %s@members.test\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@members.test>\r\n\r\n%s\r\n' %
            (sender, to, subject, os.urandom(8).hex(), text)).encode()


def processes(leader):
    pids = {leader}
    for entry in os.listdir('/proc'):
        try:
            with open('/proc/%d/stat' % int(entry)) as file:
                if int(file.read().rsplit(') ', 1)[1].split()[1]) == leader:
                    pids.add(int(entry))
        except (ValueError, OSError):
            pass  # no process, or one that has ended meanwhile
    return pids


def cost(leader):
    """(private kB, CPU seconds) of all processes."""
    private = ticks = 0
    for pid in processes(leader):
        with open('/proc/%d/smaps_rollup' % pid) as file:
            private += sum(int(m) for m in re.findall(r'^Private_\w+: +(\d+) kB', file.read(), re.M))
        with open('/proc/%d/stat' % pid) as file:
            fields = file.read().rsplit(') ', 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return private, ticks / os.sysconf('SC_CLK_TCK')


def main():
    reason = missing()
    if reason is not None:
        print('skipped: ' + reason)
        return
    with Lab(users=1) as lab:
        sink = Sink(lab)
        gateway = Gateway(lab)
        with open(gateway.conf) as file:
            text = file.read().replace('smtp+starttls://localhost:%d' % lab.port.submission,
                                       'smtps://localhost:%d' % sink.port)
        with open(gateway.conf, 'w') as file:
            file.write(text.replace('zone =', 'limits = { open_per_requester = 100; asks_per_month = 1000; '
                                              'answers_per_day = 1000; }; zone ='))
        gateway.run('member', 'add', 'rob@members.test', '--name', 'Rob Stone')
        for n in range(ROUNDS):
            gateway.run('member', 'add', 'a%d@members.test' % n, '--name', 'Alice N%d' % n)
            gateway.run('member', 'add', 't%d@members.test' % n, '--name', 'Tara N%d' % n)
            gateway.run('link', 'add', 'a%d@members.test' % n, 'Rob Stone', '4')
            gateway.run('link', 'add', 'Rob Stone', 't%d@members.test' % n, '4')
        gateway.serve()
        times = []
        try:
            for n in range(ROUNDS):
                lab.deliver('gateway', mail('a%d' % n, 'gateway@gw.test', 'Introduction to t%d@members.test' % n, 'Hello'))
                octets = sink.wait(b'<a%d@members.test>' % n)[1]
                token = re.search(rb'Reply-To: <?(gateway\+[a-z2-7]{26})@', octets).group(1).decode()
                bell = Bell(lab)
                time.sleep(0.3)
                before = len(sink.taken)
                lab.deliver(token, mail('a%d' % n, token + '@gw.test', 'Re: was this you?', 'Yes'))
                rung = bell.wait()
                with sink.changed:
                    sink.changed.wait_for(lambda: [t for t in sink.taken[before:] if b'<rob@members.test>' in t[1]], 30)
                    asked = [t for t in sink.taken[before:] if b'<rob@members.test>' in t[1]][0][0]
                times.append((asked - rung) * 1000)
                bell.box.shutdown()
            time.sleep(3)
            _, cpu_before = cost(gateway.process.pid)
            time.sleep(20)
            private, cpu = cost(gateway.process.pid)
            times.sort()
            print('announcement -> ask accepted, ms: median %.1f, p90 %.1f, max %.1f (%d asks; goal 60)' %
                  (statistics.median(times), times[int(len(times) * 0.9)], times[-1], len(times)))
            print('idle serve: %.1f MB private in %d processes (goal 40), %.2f %% CPU' %
                  (private / 1024, len(processes(gateway.process.pid)), (cpu - cpu_before) / 20 * 100))
        finally:
            gateway.end()


if __name__ == '__main__':
    main()
