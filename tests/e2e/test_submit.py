#!/usr/bin/env python3
"""The submission child alone, against servers that misbehave in every way we could think of."""

import concurrent.futures
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from child_submit import Child, PROGRAM  # noqa: E402
from hostile_smtp import (DRIP, DRIP_LINES, DROP, ENDLESS, GARBAGE, LONG, RESET, SILENT, Server,  # noqa: E402
                          certificates, then)

BODY = b"From: a@b.example\r\nSubject: x\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n"
facts = []


def fact(sentence):
    def keep(function):
        facts.append((sentence, function))
        return function
    return keep


def equal(what, got, want):
    assert got == want, "%s: %r, not %r" % (what, got, want)


def one_mail(steps, timeout_s=2, recipient="ann@a.example", body=BODY, offers=None,
             reverse_path="bounce@gw.example"):
    """One mail to a hostile server: its result, the server, the child's exit code, the seconds."""
    more = {} if offers is None else {"offers": offers}
    with Server(steps, **more) as server:
        child = Child("smtp+plain://127.0.0.1:%d" % server.port, timeout_s=timeout_s)
        began = time.monotonic()
        child.mail(7, recipient, body, reverse_path)
        result = child.result(3 * timeout_s + 20)
        took = time.monotonic() - began
        code = child.stop()
    assert result is not None, "no result"
    equal("exit code", code, 0)
    equal("id", result.id, 7)
    return result, server, took


# sentence, scenario, outcome, account's trouble, code, status
TABLE = [
    ("all goes well", {}, "sent", False, 250, "2.0.0"),
    ("421 as the banner", {"BANNER": [then("421 4.3.2 too busy", DROP)]}, "later", True, 421, "4.3.2"),
    ("554 as the banner is not the mail's fault", {"BANNER": ["554 5.7.1 no service"]}, "later", True, 554, "5.7.1"),
    ("550 to EHLO is not the mail's fault", {"EHLO": ["550 5.7.1 go away"] * 2}, "later", True, 550, "5.7.1"),
    ("garbage as the banner", {"BANNER": [then("hello there", GARBAGE)]}, "later", True, 0, ""),
    ("endless banner", {"BANNER": [ENDLESS]}, "later", True, 0, ""),
    ("endless EHLO", {"EHLO": [ENDLESS]}, "later", True, 0, ""),
    ("one line without end in EHLO", {"EHLO": [LONG]}, "later", True, 0, ""),
    ("drop before the banner", {"BANNER": [DROP]}, "later", True, 0, ""),
    ("drop at EHLO", {"EHLO": [DROP]}, "later", True, 0, ""),
    ("silence before the banner", {"BANNER": [SILENT]}, "later", True, 0, ""),
    ("silence at EHLO", {"EHLO": [SILENT]}, "later", True, 0, ""),
    ("a dripping banner", {"BANNER": [DRIP]}, "later", True, 0, ""),
    ("a dripping EHLO", {"EHLO": [DRIP_LINES]}, "later", True, 0, ""),
    ("450 to MAIL", {"MAIL": ["450 4.1.8 later"]}, "later", False, 450, "4.1.8"),
    ("550 to MAIL", {"MAIL": ["550 5.1.8 not you"]}, "refused", False, 550, "5.1.8"),
    ("552 to MAIL: too large", {"MAIL": ["552 5.3.4 too large"]}, "refused", False, 552, "5.3.4"),
    ("530 to MAIL asks for a login: the account", {"MAIL": ["530 5.7.0 log in first"]}, "later", True, 530, "5.7.0"),
    ("503 to MAIL: the account", {"MAIL": ["503 5.5.1 AUTH first"]}, "later", True, 503, "5.5.1"),
    ("421 to MAIL: the server closes", {"MAIL": [then("421 4.4.2 bye", DROP)]}, "later", True, 421, "4.4.2"),
    ("450 to RCPT", {"RCPT": ["450 4.2.1 busy"]}, "later", False, 450, "4.2.1"),
    ("452 to RCPT", {"RCPT": ["452 4.2.2 over quota"]}, "later", False, 452, "4.2.2"),
    ("550 to RCPT", {"RCPT": ["550 5.1.1 nobody"]}, "refused", False, 550, "5.1.1"),
    ("550 to RCPT, and 354 to DATA all the same", {"RCPT": ["550 5.1.1 nobody"], "DATA": ["354 go"]}, "refused", False, 550, "5.1.1"),
    ("550 to RCPT, then dropped", {"RCPT": [then("550 5.1.1 nobody", DROP)]}, "refused", False, 550, "5.1.1"),
    ("550 without enhanced status", {"RCPT": ["550 nobody"]}, "refused", False, 550, ""),
    ("550 in several lines: the last counts", {"RCPT": ["550 5.7.1 one\n550 5.1.1 two"]}, "refused", False, 550, "5.1.1"),
    ("451 to DATA", {"DATA": ["451 4.3.0 later"]}, "later", False, 451, "4.3.0"),
    ("554 to DATA", {"DATA": ["554 5.7.1 no"]}, "refused", False, 554, "5.7.1"),
    ("250 to DATA makes no sense", {"DATA": ["250 ok"]}, "later", False, 250, ""),
    ("451 to the dot", {"DOT": ["451 4.3.0 later"]}, "later", False, 451, "4.3.0"),
    ("554 to the dot", {"DOT": ["554 5.7.1 spam\n554 5.7.1 really"]}, "refused", False, 554, "5.7.1"),
    ("421 to the dot", {"DOT": [then("421 4.3.0 bye", DROP)]}, "later", True, 421, "4.3.0"),
    ("251 to the dot is a yes", {"DOT": ["251 2.1.5 forwarded"]}, "sent", False, 251, "2.1.5"),
    ("354 to the dot says nothing", {"DOT": ["354 go"]}, "unknown", False, 354, ""),
    ("250 to the dot, then dropped", {"DOT": [then("250 2.0.0 ok", DROP)]}, "sent", False, 250, "2.0.0"),
    ("250 to the dot, then garbage", {"DOT": [then("250 2.0.0 ok", GARBAGE)]}, "sent", False, 250, "2.0.0"),
]
for verb in ("MAIL", "RCPT", "DATA", "DOT"):
    lost = "unknown" if verb == "DOT" else "later"
    for name, action in (("dropped", DROP), ("reset", RESET), ("silent", SILENT),
                         ("dripping", DRIP), ("dripping lines", DRIP_LINES),
                         ("endless lines", ENDLESS), ("a line without end", LONG),
                         ("garbage", GARBAGE)):
        TABLE.append(("%s: %s" % (verb, name), {verb: [action]}, lost, False, 0, ""))
# The reply before the last one must never be taken for the last one.
TABLE.append(("250 to MAIL, dropped at RCPT: no stale 250", {"RCPT": [DROP]}, "later", False, 0, ""))
TABLE.append(("354 to DATA, dropped at once", {"DATA": [then("354 go", DROP)]}, None, False, 0, ""))


def table_row(steps, offers, outcome, account, code, status):
    def run():
        result, server, took = one_mail(steps, offers=offers)
        # What is dropped while the body leaves is later or unknown: a race, never a yes or a no.
        wanted = (outcome,) if outcome else ("later", "unknown")
        assert result.outcome in wanted, repr(result)
        equal("account (%r)" % result, result.account, account)
        equal("code (%r)" % result, result.code, code)
        equal("status (%r)" % result, result.status, status)
        assert took < 15, "took %.1f s" % took
        if result.outcome == "sent":
            equal("mail", server.mails, [BODY])
    return run


PLAIN = ("8BITMIME", "SMTPUTF8")
for row in TABLE:
    facts.append((row[0] + ", pipelined", table_row(row[1], None, *row[2:])))
    facts.append((row[0] + ", one command at a time", table_row(row[1], PLAIN, *row[2:])))


@fact("a null reverse-path is MAIL FROM:<>")
def _():
    result, server, _took = one_mail({}, reverse_path="")
    equal("outcome", result.outcome, "sent")
    assert server.envelopes[0].startswith(b"MAIL FROM:<> "), server.envelopes
    assert b"RCPT TO:<ann@a.example>\r\n" in server.envelopes[0]


for name, recipient, reverse_path, body, status in (
        ("a recipient with a line break", "a@b.example>\r\nRCPT TO:<evil@x.example", "", BODY, "5.1.3"),
        ("a recipient with a blank", "a b@c.example", "", BODY, "5.1.3"),
        ("a recipient with an angle bracket", "<a@c.example", "", BODY, "5.1.3"),
        ("an empty recipient", "", "", BODY, "5.1.3"),
        ("a recipient with a NUL-free control", "a\x01@c.example", "", BODY, "5.1.3"),
        ("a recipient with an ESMTP parameter", "a@c.example> NOTIFY=FAILURE", "", BODY, "5.1.3"),
        ("a reverse-path with a line break", "a@b.example", "x@y.example\r\nDATA", BODY, "5.1.7"),
        ("a bare LF", "a@b.example", "", b"a\n.\nb\r\n", "5.6.0"),
        ("a bare CR", "a@b.example", "", b"a\rb\r\n", "5.6.0"),
        ("a CR at the end", "a@b.example", "", b"a\r\nb\r", "5.6.0"),
        ("a NUL", "a@b.example", "", b"a\0b\r\n", "5.6.0"),
        ("no octets", "a@b.example", "", b"", "5.6.0"),
        ("a line of 999 octets", "a@b.example", "", b"x" * 999 + b"\r\n", "5.6.0")):
    def refused(recipient=recipient, reverse_path=reverse_path, body=body, status=status):
        result, server, _took = one_mail({}, recipient=recipient, reverse_path=reverse_path, body=body)
        equal("outcome", (result.outcome, result.code, result.status), ("refused", 0, status))
        equal("connections", server.connections, 0)
    facts.append((name + " is never sent", refused))


@fact("a line of 998 octets and a mail without CRLF at its end arrive whole")
def _():
    result, server, _took = one_mail({}, body=b"x" * 998 + b"\r\n.y")
    equal("outcome", result.outcome, "sent")
    equal("mail", server.mails, [b"x" * 998 + b"\r\n.y\r\n"])


@fact("a mail of 3 MB full of dots arrives whole")
def _():
    body = b".\r\n..\r\n.x\r\nxyz\r\n" * 200000
    result, server, _took = one_mail({}, body=body, timeout_s=60)
    equal("outcome", result.outcome, "sent")
    assert server.mails == [body]


@fact("a server that stops reading a large mail is given up, later")
def _():
    result, _server, took = one_mail({"DATA": [then("354 go", SILENT)]}, body=b"xyz\r\n" * 2000000)
    equal("outcome", result.outcome, "later")
    assert took < 25, took


@fact("a non-ASCII local-part goes out with SMTPUTF8 where it is offered")
def _():
    result, server, _took = one_mail({}, recipient="jörg@a.example")
    equal("outcome", result.outcome, "sent")
    assert b" SMTPUTF8\r\nRCPT TO:<j\xc3\xb6rg@a.example>" in server.envelopes[0], server.envelopes


@fact("a non-ASCII local-part is refused with 5.6.7 where it is not")
def _():
    result, server, _took = one_mail({}, recipient="jörg@a.example", offers=("PIPELINING",))
    equal("outcome", (result.outcome, result.status, result.account), ("refused", "5.6.7", False))
    equal("MAIL", server.count("MAIL"), 0)


@fact("a mail larger than SIZE is refused with 5.3.4 and not sent")
def _():
    result, server, _took = one_mail({}, body=b"x\r\n" * 100, offers=("SIZE 200",))
    equal("outcome", (result.outcome, result.status), ("refused", "5.3.4"))
    equal("MAIL", server.count("MAIL"), 0)


@fact("SIZE is told to a server that offers it, and only to it")
def _():
    _result, server, _took = one_mail({}, offers=("SIZE 0", "8BITMIME"))
    assert b"SIZE=" not in server.envelopes[0]
    _result, server, _took = one_mail({}, offers=("SIZE 9999",))
    assert b" SIZE=%d\r\n" % len(BODY) in server.envelopes[0]


def many(server, count, timeout_s=5, within_s=20, **settings):
    """`count` mails, at most 16 unanswered: the results by id, the child still there."""
    child = Child("smtp+plain://127.0.0.1:%d" % server.port, timeout_s=timeout_s, **settings)
    results, sent = {}, 0
    deadline = time.monotonic() + within_s
    while len(results) < count and time.monotonic() < deadline:
        while sent < count and sent - len(results) < 16:
            child.mail(sent, "m%d@a.example" % sent, BODY)
            sent += 1
        result = child.result(deadline - time.monotonic())
        if result is None:
            break
        results[result.id] = result
    return results, child


@fact("200 mails use at most eight connections, each many times")
def _():
    with Server({"DOT": [0.02] * 0}) as server:
        results, child = many(server, 200)
        equal("outcomes", {r.outcome for r in results.values()}, {"sent"})
        equal("count", len(results), 200)
        assert server.open_most <= 8 and server.connections <= 8, server.connections
        equal("exit code", child.stop(), 0)


@fact("a slow answer to one dot does not hold up the other mails")
def _():
    slow = {"DOT": ["250 first"] + [then("250-", 0.3)] * 0}
    with Server(slow) as server:
        first, child = many(server, 1)
        equal("first", first[0].outcome, "sent")
        server.steps["DOT"] = [SILENT]
        began = time.monotonic()
        for i in range(10):
            child.mail(100 + i, "m@a.example", BODY)
        quick = [child.result(15) for _ in range(9)]
        assert all(r is not None and r.outcome == "sent" for r in quick), quick
        assert time.monotonic() - began < 4.5
        equal("the silent one", child.result(10).outcome, "unknown")
        child.stop()


@fact("451 to the dot, then 250 on the same connection")
def _():
    with Server({"DOT": ["451 4.3.0 later"]}) as server:
        results, child = many(server, 2)
        equal("outcomes", sorted(r.outcome for r in results.values()), ["later", "sent"])
        equal("connections", server.connections, 1)
        child.stop()


@fact("a refused recipient costs no connection: RSET, and the next mail goes")
def _():
    for offers in (("PIPELINING",), ()):
        with Server({"RCPT": ["550 5.1.1 nobody"]}, offers=offers) as server:
            results, child = many(server, 1)
            equal("first", results[0].outcome, "refused")
            child.mail(1, "b@a.example", BODY)
            equal("second", child.result().outcome, "sent")
            equal("connections, RSET", (server.connections, server.count("RSET")), (1, 1))
            child.stop()


@fact("RSET refused: a new connection, and the mail still goes later")
def _():
    with Server({"RCPT": ["550 5.1.1 nobody"], "RSET": ["502 5.5.1 no"]}) as server:
        results, child = many(server, 1)
        child.mail(1, "b@a.example", BODY)
        second = child.result()
        assert second.outcome == "later" and not second.code == 250, second
        child.mail(2, "b@a.example", BODY)
        equal("third", child.result().outcome, "sent")
        equal("connections", server.connections, 2)
        child.stop()


for name, action in (("closed", DROP), ("closed with 421", then("421 4.4.2 idle", DROP))):
    def idle(action=action):
        with Server({"IDLE": [action]}) as server:
            results, child = many(server, 1)
            equal("first", results[0].outcome, "sent")
            time.sleep(0.3)
            child.mail(1, "b@a.example", BODY)
            equal("second", child.result().outcome, "sent")
            equal("connections", server.connections, 2)
            child.stop()
    facts.append(("a connection %s while idle is replaced, no mail suffers" % name, idle))


@fact("a connection that dies at the second MAIL is replaced, no mail suffers")
def _():
    with Server({"MAIL": ["250 2.1.0 ok", DROP]}) as server:
        results, child = many(server, 1)
        child.mail(1, "b@a.example", BODY)
        equal("second", child.result(12).outcome, "sent")
        child.stop()


@fact("more than one reply to a command: out of step, the connection is not used again")
def _():
    with Server({"DOT": [then("250 2.0.0 ok", then("250 2.0.0 ok", "250 2.0.0 ok"))]}) as server:
        results, child = many(server, 1)
        equal("first", results[0].outcome, "sent")
        time.sleep(0.1)
        child.mail(1, "b@a.example", BODY)
        equal("second", child.result().outcome, "sent")
        equal("connections", server.connections, 2)
        child.stop()


@fact("a server that takes two sessions gets all mails by two, and is not pressed for a third")
def _():
    with Server(limit=2) as server:
        results, child = many(server, 300)
        equal("outcomes", {r.outcome for r in results.values()}, {"sent"})
        equal("count", len(results), 300)
        assert 1 <= server.turned_away <= 8, server.turned_away
        child.stop()


@fact("a child that waits uses no processor time")
def _():
    with Server({"DOT": [DROP], "BANNER": ["220 hello", SILENT]}) as server:
        child = Child("smtp+plain://127.0.0.1:%d" % server.port, timeout_s=2)
        child.mail(1, "a@b.example", BODY)
        equal("first", child.result(15).outcome, "unknown")
        child.mail(2, "a@b.example", BODY)
        equal("second", child.result(12).outcome, "later")
        child.stop()
        assert child.cpu_s < 0.5, child.cpu_s


@fact("nobody listens: later at once, the account's trouble")
def _():
    with Server() as server:
        port = server.port
    child = Child("smtp+plain://127.0.0.1:%d" % port, timeout_s=2)
    child.mail(1, "a@b.example", BODY)
    result = child.result(15)
    equal("outcome", (result.outcome, result.account, result.code), ("later", True, 0))
    child.stop()


for url in ("http://127.0.0.1/", "smtp://127.0.0.1", "smtps://u:p@host", "smtps://host/path", "smtps://",
            "smtp+plain://192.0.2.1:25", "smtp+plain://127.0.0.1.evil.example", "smtps://a b"):
    def wrong(url=url):
        child = Child(url)
        child.mail(1, "a@b.example", BODY)
        result = child.result(15)
        equal("outcome", (result.outcome, result.account), ("later", True))
        equal("exit code", child.stop(), 0)
    facts.append(("the url %s is refused" % url, wrong))


@fact("no AUTH over a connection without TLS, not even to loopback")
def _():
    with Server() as server:
        child = Child("smtp+plain://127.0.0.1:%d" % server.port, user="u", secret_file="/dev/null")
        child.mail(1, "a@b.example", BODY)
        equal("outcome", child.result(15).outcome, "later")
        equal("connections", server.connections, 0)
        child.stop()


@fact("nonsense from the parent ends the child with EX_PROTOCOL")
def _():
    with Server() as server:
        for payload in (b"", b"\0" * 7, b"\xff" * 40):
            child = Child("smtp+plain://127.0.0.1:%d" % server.port)
            child.send(33, payload)
            assert child.result(15) is None
            equal("exit code", child.stop(), 76)


@fact("a parent that goes away ends the child at once, also in the middle of a mail")
def _():
    with Server({"DOT": [SILENT]}) as server:
        child = Child("smtp+plain://127.0.0.1:%d" % server.port)
        child.mail(1, "a@b.example", BODY)
        while server.count("DATA") == 0:
            time.sleep(0.01)
        equal("exit code", child.stop(5), 0)


# -- TLS and AUTH

FOLDER = tempfile.mkdtemp(prefix="passerelle-submit-")
SECRET = os.path.join(FOLDER, "secret")


def secure(server, tls, ca, timeout_s=3, user="gateway"):
    scheme = {"implicit": "smtps", "starttls": "smtp+starttls"}[tls]
    return Child("%s://127.0.0.1:%d" % (scheme, server.port), user=user, secret_file=SECRET, ca_file=ca,
                 timeout_s=timeout_s)


def tls_facts(ca, shown):
    for tls in ("implicit", "starttls"):
        def good(tls=tls):
            with Server(tls=tls, certificate=shown["good"]) as server:
                child = secure(server, tls, ca)
                for i in range(3):
                    child.mail(i, "a@b.example", BODY)
                equal("outcomes", {child.result(15).outcome for _ in range(3)}, {"sent"})
                assert server.secrets and all(encrypted for _line, encrypted in server.secrets)
                equal("exit code", child.stop(), 0)
        facts.append(("%s: verified, logged in, sent" % tls, good))
        for name in ("wrong name", "expired", "unknown authority", "self-signed"):
            def bad(tls=tls, name=name):
                with Server(tls=tls, certificate=shown[name]) as server:
                    child = secure(server, tls, ca)
                    child.mail(1, "a@b.example", BODY)
                    result = child.result(15)
                    equal("outcome", (result.outcome, result.account), ("later", True))
                    equal("AUTH seen", server.secrets, [])
                    equal("MAIL seen", server.count("MAIL"), 0)
                    child.stop()
            facts.append(("%s: a certificate with %s never sees AUTH" % (tls, name), bad))

    @fact("STARTTLS not offered: no AUTH, no mail")
    def _():
        with Server() as server:
            child = secure(server, "starttls", ca)
            child.mail(1, "a@b.example", BODY)
            result = child.result(15)
            equal("outcome", (result.outcome, result.account), ("later", True))
            equal("verbs", (server.secrets, server.count("MAIL")), ([], 0))
            child.stop()

    @fact("STARTTLS refused: no AUTH, no mail")
    def _():
        with Server({"STARTTLS": ["454 4.7.0 not now"]}, tls="starttls", certificate=shown["good"]) as server:
            child = secure(server, "starttls", ca)
            child.mail(1, "a@b.example", BODY)
            result = child.result(15)
            equal("outcome", (result.outcome, result.account, result.code), ("later", True, 454))
            equal("verbs", (server.secrets, server.count("MAIL")), ([], 0))
            child.stop()

    @fact("silence in the TLS handshake: given up by the deadline")
    def _():
        with Server({"BANNER": [SILENT]}) as server:  # speaks no TLS at all
            child = secure(server, "implicit", ca, timeout_s=2)
            began = time.monotonic()
            child.mail(1, "a@b.example", BODY)
            equal("outcome", child.result(15).outcome, "later")
            assert time.monotonic() - began < 12
            child.stop()

    for name, steps, code in (("535", ["535 5.7.8 wrong password"], 535), ("454", ["454 4.7.0 not now"], 454),
                              ("silence", [SILENT], None), ("drop", [DROP], None)):
        def login(name=name, steps=steps, code=code):
            with Server({"AUTH": steps}, tls="implicit", certificate=shown["good"]) as server:
                child = secure(server, "implicit", ca)
                for i in range(8):
                    child.mail(i, "a@b.example", BODY)
                results = [child.result(15) for _ in range(8)]
                equal("outcomes", {(r.outcome, r.account) for r in results}, {("later", True)})
                if code:
                    equal("codes", {r.code for r in results}, {code})
                equal("logins", len(server.secrets), 1)
                equal("mails", server.count("MAIL"), 0)
                child.stop()
        facts.append(("%s to AUTH: the account's trouble, one login for eight mails" % name, login))

    @fact("after a refused login there is no other for 30 s, and mails are answered at once")
    def _():
        with Server({"AUTH": ["535 5.7.8 no"] * 9}, tls="implicit", certificate=shown["good"]) as server:
            child = secure(server, "implicit", ca)
            for i in range(20):
                child.mail(i, "a@b.example", BODY)
                equal("outcome", child.result(15).outcome, "later")
                time.sleep(0.1)
            equal("logins", len(server.secrets), 1)
            child.stop()

    @fact("AUTH not offered to us: the account's trouble, no mail")
    def _():
        with Server({"EHLO": ["250 hostile.test\n250 8BITMIME"]}, tls="implicit",
                    certificate=shown["good"]) as server:
            child = secure(server, "implicit", ca)
            child.mail(1, "a@b.example", BODY)
            result = child.result(15)
            equal("outcome", (result.outcome, result.account), ("later", True))
            equal("verbs", (server.secrets, server.count("MAIL")), ([], 0))
            child.stop()

    @fact("a secret that others may read is not used")
    def _():
        loose = os.path.join(FOLDER, "loose")
        with open(loose, "w") as out:
            out.write("secret\n")
        os.chmod(loose, 0o644)
        with Server(tls="implicit", certificate=shown["good"]) as server:
            child = Child("smtps://127.0.0.1:%d" % server.port, user="u", secret_file=loose, ca_file=ca)
            child.mail(1, "a@b.example", BODY)
            result = child.result(15)
            equal("outcome", (result.outcome, result.account), ("later", True))
            assert "mode" in result.reply, result
            equal("connections", server.connections, 0)
            child.stop()


def main():
    if not os.path.exists(PROGRAM):
        print("no %s: make it first" % PROGRAM)
        return 1
    with open(SECRET, "w") as out:
        out.write("secret\n")
    os.chmod(SECRET, 0o600)
    try:
        tls_facts(*certificates(FOLDER))
        only = sys.argv[1] if len(sys.argv) > 1 else ""
        chosen = [(s, f) for s, f in facts if only in s]
        failed = 0
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            running = [(sentence, pool.submit(function)) for sentence, function in chosen]
            for sentence, future in running:
                wrong = future.exception()
                failed += wrong is not None
                print("%s %s%s" % ("not ok" if wrong else "ok", sentence,
                                   " # %s: %s" % (type(wrong).__name__, wrong) if wrong else ""), flush=True)
        print("%d passed, %d failed" % (len(chosen) - failed, failed))
        return 1 if failed else 0
    finally:
        shutil.rmtree(FOLDER)


if __name__ == "__main__":
    sys.exit(main())
