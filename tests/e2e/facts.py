"""facts: what the tests of the fetch child share: facts told and counted, a folder
with certificates and a password."""
import os
import shutil
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lab'))
import hostile_imap  # noqa: E402
import lab as labs  # noqa: E402
import wire  # noqa: E402

told = {True: 0, False: 0}


def fact(holds, sentence, *details):
    told[bool(holds)] += 1
    print('  %s %s' % ('ok  ' if holds else 'FAIL', sentence), flush=True)
    for detail in details if not holds else ():
        print('       %s' % (detail,))


class Place:
    """A folder with certificates and password files; servers and children of a test."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='fetch.')
        labs.certificates(self.folder)
        self.secret = self.file('secret', 'gwpass\n')

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, text):
        with open(self.path(name), 'w') as file:
            file.write(text)
        os.chmod(self.path(name), 0o600)
        return self.path(name)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def hostile(self, scenario, certificate='good', **more):
        return hostile_imap.Hostile(scenario, self.path(certificate + '.pem'),
                                    self.path(certificate + '.key'), **more)

    def fetch(self, url, ca=None, **more):
        return wire.Fetch(url, 'gateway', secret_file=self.secret,
                          ca_file=ca or self.path('ca.pem'), **more)


def run(tests, *what):
    """Each test in turn (or those named on the command line); the exit code."""
    for test in tests:
        if sys.argv[1:] and test.__name__ not in sys.argv[1:]:
            continue
        print(test.__name__, flush=True)
        try:
            test(*what)
        except Exception:  # a test that breaks is a fact that does not hold
            traceback.print_exc()
            told[False] += 1
    print('%d passed, %d failed' % (told[True], told[False]))
    return 1 if told[False] else 0
