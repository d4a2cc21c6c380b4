#!/usr/bin/env python3
"""passerelle doctor: what it finds, what it says and its exit code."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from child_submit import PROGRAM  # noqa: E402
from hostile_smtp import Server, certificates  # noqa: E402

FOLDER = tempfile.mkdtemp(prefix="passerelle-doctor-")
OK, UNAVAILABLE, CONFIG = 0, 69, 78
passed = failed = 0


def fact(sentence, holds, more=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print("%s %s%s" % ("ok" if holds else "not ok", sentence, "" if holds else " # %s" % (more,)), flush=True)


def path(name):
    return os.path.join(FOLDER, name)


def put(name, text, mode=0o600):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "w") as out:
        out.write(text)
    os.chmod(path(name), mode)


def doctor(submission='url = "maildir:outbox";', state="state", more="", json_too=True):
    """(exit code, {check: [(health, subject, found)]}, what was printed) of one configuration."""
    put("p.conf", 'state = "%s";\ngateways = ({ name = "a"; address = "intro@gw.invalid";\n'
        'admins = ["x@gw.invalid"]; authserv_id = "mx.gw.invalid"; zone = "Europe/Paris";\n%s\n'
        'mailboxes = ({ url = "maildir:inbox"; }); submission = { %s }; });\n' % (state, more, submission))
    words = [PROGRAM, "-c", path("p.conf"), "doctor"]
    done = subprocess.run(words + ["--json"] * json_too, capture_output=True, text=True, timeout=120)
    checks = {}
    if json_too and done.stdout:
        for c in json.loads(done.stdout)["checks"]:
            checks.setdefault(c["check"], []).append((c["health"], c["subject"], c["found"]))
    return done.returncode, checks, done.stdout + done.stderr


def server(port, scheme="smtps"):
    return ('url = "%s://127.0.0.1:%d"; user = "gateway"; password_file = "secret"; ca_file = "ca.pem";'
            % (scheme, port))


def health(checks, check, n=0):
    return checks.get(check, [("absent", "", "")] * 3)[n][0]


def folders():
    code, checks, said = doctor()
    fact("folders only: it runs, with warnings", code == OK, said)
    fact("a folder that is not there yet is no failure", health(checks, "state") == "ok", checks)
    fact("nothing is made by looking", not os.path.exists(path("state")), os.listdir(FOLDER))
    fact("a mailbox that is not there yet is a warning", health(checks, "mailbox") == "warning", checks)
    fact("a submission that sends nothing is a warning",
         ("warning" in [h for h, _s, _f in checks["submission"]]), checks)
    fact("every check says something", all(f for rows in checks.values() for _h, _s, f in rows), checks)
    for name in ("tmp", "new", "cur"):
        os.makedirs(path("inbox/" + name))
    code, checks, said = doctor()
    fact("a Maildir is found", health(checks, "mailbox") == "ok", checks)
    code, _checks, said = doctor(json_too=False)
    first = [line.split()[0] for line in said.splitlines()]
    fact("a line begins with its health", set(first) <= {"ok", "warning", "failed"} and len(first) >= 8, said)


def state_folder():
    os.makedirs(path("state/a"), mode=0o755)
    _code, checks, _said = doctor()
    fact("a state folder that others can read is a warning, with its chmod",
         health(checks, "state") == "warning" and "chmod 700" in checks["state"][0][2], checks)
    os.chmod(path("state/a"), 0o700)
    _code, checks, _said = doctor()
    fact("one that is ours alone is well", health(checks, "state") == "ok", checks)
    if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK):
        code, checks, said = doctor(state="/dev/shm")
        fact("a file system in memory is a warning",
             code == OK and "warning" in [h for h, _s, f in checks["state"] if "tmpfs" in f], checks)
    future = os.stat(FOLDER).st_mtime + 86400
    os.utime(path("state/a"), (future, future))
    code, checks, _said = doctor()
    fact("a clock that went back is a failure", code == CONFIG and health(checks, "clock") == "failed", checks)
    os.rmdir(path("state/a"))


def configuration():
    doctor()
    os.chmod(path("p.conf"), 0o666)
    done = subprocess.run([PROGRAM, "-c", path("p.conf"), "doctor"], capture_output=True, text=True)
    fact("a configuration that others can write is a warning", "chmod go-w" in done.stdout, done)
    code, _checks, said = doctor(more="colour = 3;")
    fact("a wrong configuration is 78, with its line", code == CONFIG and "p.conf:" in said, said)
    put("secret", "pw\n", 0o644)
    code, _checks, said = doctor(server(1))
    fact("a secret that others can read is 78, with its chmod", code == CONFIG and "chmod 600" in said, said)
    os.chmod(path("secret"), 0o600)
    put("secret", "\n")
    code, checks, said = doctor(server(1))
    fact("an empty secret is 78", code == CONFIG and health(checks, "secret") == "failed", said)
    put("secret", "pw\n")
    put("texts/fr/ask.txt", "Subject: {{nosuchvalue}}\n\nx\n")
    code, checks, said = doctor(more='templates = "texts";')
    fact("a text with a flaw is a warning with file and line, and it runs",
         code == OK and any("ask.txt:1" in f for h, _s, f in checks["templates"] if h == "warning"), checks)


def submission(ca, shown):
    shutil.copy(ca, path("ca.pem")) if ca != path("ca.pem") else None
    for tls, scheme in (("implicit", "smtps"), ("starttls", "smtp+starttls")):
        with Server(tls=tls, certificate=shown["good"]) as s:
            code, checks, said = doctor(server(s.port, scheme))
            fact(scheme + ": a good server is described", code == OK and checks["submission"][0][::2] ==
                 ("ok", "TLS 1.3, AUTH, SIZE 26214400, SMTPUTF8, PIPELINING"), checks.get("submission", said))
            fact(scheme + ": it says QUIT and sends no mail", s.count("QUIT") == 1 and s.count("MAIL") == 0, s.verbs)
        with Server(tls=tls, certificate=shown["expired"]) as s:
            code, checks, said = doctor(server(s.port, scheme))
            fact(scheme + ": a bad certificate is 69 and sees no AUTH",
                 code == UNAVAILABLE and health(checks, "submission") == "failed" and not s.secrets, said)
    with Server({"AUTH": ["535 5.7.8 wrong"]}, tls="implicit", certificate=shown["good"]) as s:
        code, checks, said = doctor(server(s.port))
        fact("a refused login is 78, with the server's words",
             code == CONFIG and "535 5.7.8 wrong" in checks["submission"][0][2], said)
    with Server() as s:
        port = s.port
    code, checks, said = doctor(server(port))
    fact("nobody there is 69, with a remedy", code == UNAVAILABLE and "firewall" in said, said)
    fact("a domain that nobody has is told", health(checks, "identity") == "warning", checks)


def main():
    if not os.path.exists(PROGRAM):
        print("no %s: make it first" % PROGRAM)
        return 1
    try:
        ca, shown = certificates(FOLDER)
        folders()
        state_folder()
        configuration()
        submission(ca, shown)
    finally:
        shutil.rmtree(FOLDER)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
