#!/usr/bin/env python3
"""How fast the submission child is, next to Postfix's own smtp-source(1), into smtp-sink(1).

Five rounds, in each: R1 (smtp-source, one reused session), R8 (eight), and the child with its
eight sessions and at most 16 unanswered mails, as in production. Mails of 2,000 octets, loopback.
Single figures swing with the machine; the ratios of one round are what counts (median of five).

    bench_submit.py [MAILS]
"""

import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
from child_submit import Child, MAIL, PROGRAM, number, octets, text  # noqa: E402

SIZE, WINDOW, ROUNDS, PORT = 2000, 16, 5, 14725


def source(sessions, mails):
    began = time.monotonic()
    subprocess.run([tool("smtp-source"), "-d", "-s", str(sessions), "-m", str(mails), "-l", str(SIZE),
                    "-f", "a@b.example", "-t", "c@d.example", "127.0.0.1:%d" % PORT], check=True)
    return mails / (time.monotonic() - began)


def ours(mails):
    body = b"Subject: x\r\n\r\n" + (b"x" * 68 + b"\r\n") * ((SIZE - 14) // 70)
    payload = number(1) + text("a@b.example") + text("c@d.example") + octets(body)
    frame = struct.pack(">II", MAIL, len(payload)) + payload
    child = Child("smtp+plain://127.0.0.1:%d" % PORT)
    began, sent, answered, rest = time.monotonic(), 0, 0, b""
    while answered < mails:
        room = min(WINDOW - (sent - answered), mails - sent)
        if room > 0:
            child.socket.sendall(frame * room)
            sent += room
        got = child.socket.recv(65536)
        assert got, "the child is gone"
        rest += got
        while len(rest) >= 8 and len(rest) >= 8 + (length := struct.unpack(">I", rest[4:8])[0]):
            assert rest[23] == 0, "not sent"  # the outcome, after head and id
            rest = rest[8 + length:]
            answered += 1
    rate = mails / (time.monotonic() - began)
    child.stop()
    return rate


def tool(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        sys.exit("skipped: %s(1) of postfix is not installed" % name)
    return path


def main():
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    words = [tool("smtp-sink"), "127.0.0.1:%d" % PORT, "200"]
    if os.geteuid() == 0:
        words[1:1] = ["-u", "nobody"]
    sink = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        while socket.socket().connect_ex(("127.0.0.1", PORT)) != 0:
            time.sleep(0.05)
        rows = []
        print("%-6s %8s %8s %8s %8s %8s   mails/s of %d octets, %s" %
              ("round", "R1", "R8", "ours", "x R1", "x R8", SIZE, os.path.basename(PROGRAM)))
        for n in range(ROUNDS):
            r1, r8, own = source(1, mails), source(8, mails), ours(mails)
            rows.append((own / r1, own / r8))
            print("%-6d %8.0f %8.0f %8.0f %8.2f %8.2f" % (n + 1, r1, r8, own, *rows[-1]), flush=True)
        print("%-6s %35.2f %8.2f" % ("median", *(statistics.median(c) for c in zip(*rows))))
    finally:
        sink.terminate()
        sink.wait()


if __name__ == "__main__":
    main()
