#!/usr/bin/env python3
"""The submission child against a real Postfix with Dovecot's AUTH (tests/lab)."""

import os
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "lab")]
import lab as lab_module  # noqa: E402
from child_submit import Child, PROGRAM  # noqa: E402

BODY = (b"From: Gateway <gateway@gw.test>\r\nTo: u1@members.test\r\nSubject: %s\r\n"
        b"Message-ID: <%s@gw.test>\r\n\r\n.dot\r\n..\r\nend\r\n")
passed = failed = 0


def fact(sentence, holds, more=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print("%s %s%s" % ("ok" if holds else "not ok", sentence, "" if holds else " # %s" % (more,)), flush=True)


def child(lab, scheme, host="localhost", user="gateway", secret="gwpass"):
    port = {"smtps": lab.port.smtps, "smtp+starttls": lab.port.submission, "smtp+plain": lab.port.mx}[scheme]
    path = os.path.join(lab.folder, "secret")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secret + "\n")
    return Child("%s://%s:%d" % (scheme, host, port), user=user if scheme != "smtp+plain" else None,
                 secret_file=path, ca_file=lab.ca, timeout_s=10)


def send(c, ident, recipient, body=None, reverse_path="gateway@gw.test"):
    word = b"m%d" % ident
    c.mail(ident, recipient, body or BODY % (word, word), reverse_path)
    return c.result(20)


def outcomes(lab):
    for scheme in ("smtps", "smtp+starttls", "smtp+plain"):
        c = child(lab, scheme)
        for ident, recipient, want in ((1, "u1@members.test", ("sent", 250)), (2, "tempfail@members.test", ("later", 450)),
                                       (3, "gone@members.test", ("refused", 550)), (4, "over@members.test", ("later", 452)),
                                       (5, "policy@members.test", ("refused", 554)), (6, "nobody@members.test", ("refused", 550)),
                                       (7, "u2@members.test", ("sent", 250))):
            r = send(c, ident, recipient)
            fact("%s: %s is %s" % (scheme, recipient, want[0]), r and (r.outcome, r.code, r.account) == want + (False,), r)
        r = send(c, 8, "u1@members.test", reverse_path="")
        fact("%s: a null reverse-path is sent" % scheme, r and r.outcome == "sent", r)
        r = send(c, 9, "u1@members.test", body=b"x" * 70 + b"\r\n" + b"y" * 70 * 400000)
        fact("%s: an overlong line is never sent" % scheme, r and r.status == "5.6.0", r)
        r = send(c, 10, "u1@members.test", body=(b"y" * 70 + b"\r\n") * 400000)
        fact("%s: larger than SIZE is refused with 5.3.4" % scheme, r and (r.outcome, r.status) == ("refused", "5.3.4"), r)
        r = send(c, 11, "j\u00f6rg@members.test")
        fact("%s: a non-ASCII local-part reaches Postfix, which knows nobody of that name" % scheme,
             r and r.code == 550, r)
        fact("%s: the child ends well" % scheme, c.stop() == 0)


def arrived(lab):
    for _ in range(100):
        mails = [octets for _uid, _flags, octets in lab.mails("u1")]
        if len(mails) >= 6:
            break
        time.sleep(0.1)
    fact("six mails arrived", len(mails) == 6, len(mails))
    fact("their dots are whole", all(m.endswith(b"\r\n\r\n.dot\r\n..\r\nend\r\n") for m in mails), mails)


LISTENER = """\
{address}:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes {certificate}
{address}:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes {certificate}
"""


def certificates(lab):
    """The same Postfix on the addresses that show bad certificates."""
    with open(lab.path("postfix/etc/master.cf"), "a") as out:
        for name, address in lab_module.BAD.items():
            files = "-o smtpd_tls_cert_file=%s -o smtpd_tls_key_file=%s" % (
                lab.path("tls/%s.pem" % name), lab.path("tls/%s.key" % name))
            out.write(LISTENER.format(address=address, certificate=files, **vars(lab.port)))
    lab_module.run("postfix", "-c", lab.path("postfix/etc"), "reload")
    for address in lab_module.BAD.values():
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex((address, lab.port.smtps)) == 0:
                    break
            time.sleep(0.05)
    seen = len(lab.log())
    for name, address in sorted(lab_module.BAD.items()):
        for scheme in ("smtps", "smtp+starttls"):
            c = child(lab, scheme, host=address)
            r = send(c, 1, "u1@members.test")
            fact("%s: %s is not trusted: later, the account's trouble" % (scheme, name),
                 r and r.outcome == "later" and r.account and "certificate" in r.reply, r)
            c.stop()
    time.sleep(0.5)
    ends = [line for line in lab.log()[seen:].splitlines() if "disconnect from" in line]
    fact("each of them saw a session", len(ends) >= 2 * len(lab_module.BAD), ends)
    fact("none of them saw AUTH or MAIL", not any("auth=" in e or "mail=" in e for e in ends), ends)


def logins(lab):
    c = child(lab, "smtps", secret="wrong")
    for ident in range(4):
        c.mail(ident, "u1@members.test", BODY % (b"x", b"x"), "")
    results = [c.result(20) for _ in range(4)]
    fact("a wrong password: later, the account's trouble, 535",
         all(r and (r.outcome, r.account, r.code) == ("later", True, 535) for r in results), results)
    fact("and the sentence says whose", results[0] and "the login of gateway is refused" in results[0].reply, results)
    time.sleep(0.3)
    fact("one login for four mails", lab.log().count("authentication failed") == 1, lab.log())
    c.stop()


def main():
    reason = lab_module.missing()
    if reason:
        print("skipped: " + reason)
        return 0
    with lab_module.Lab() as lab:
        outcomes(lab)
        arrived(lab)
        logins(lab)
        certificates(lab)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
