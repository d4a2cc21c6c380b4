#!/usr/bin/env python3
"""The parse worker as it is in production: what it may, what it cannot, and that
mail in every usual charset is read although no file can be opened any more."""
import base64
import glob
import gzip
import os
import sys

import wire

# header: octets, parts, depth, header, fields, addresses, text, attachments
LIMITS = (25 << 20, 200, 20, 256 << 10, 500, 200, 1 << 20, 20 << 20)
HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get('SHARED', '../shared')

CHARSETS = {
    'utf-8': 'Élodie accepte ☕', 'us-ascii': 'yes', 'utf-16': 'où', 'utf-7': 'déjà',
    'iso-8859-1': 'très', 'iso-8859-2': 'Łódź', 'iso-8859-5': 'Привет', 'iso-8859-7': 'ναι',
    'iso-8859-8': 'שלום', 'iso-8859-9': 'İyi', 'iso-8859-13': 'ačiū', 'iso-8859-15': '5 €',
    'windows-1250': 'žluťoučký', 'windows-1251': 'Да', 'windows-1252': '“oui” – 5 €',
    'windows-1253': 'ναι', 'windows-1254': 'teşekkürler', 'windows-1255': 'שלום',
    'windows-1256': 'نعم', 'windows-1257': 'ačiū', 'windows-1258': 'vâng', 'koi8-r': 'Да',
    'koi8-u': 'Так', 'gb2312': '好的', 'gbk': '好的', 'gb18030': '好的',
    'big5': '好的', 'big5-hkscs': '好的', 'shift_jis': 'はい', 'euc-jp': 'はい',
    'iso-2022-jp': 'はい', 'euc-kr': '네', 'ks_c_5601-1987': '네', 'iso-2022-kr': '네',
    'tis-620': 'ใช่', 'macintosh': 'très', 'ibm437': 'très', 'ibm850': 'très', 'cp866': 'Да',
    'cp932': 'はい',
}
passed, failed, skipped = 0, 0, 0


def fact(holds, sentence, *details):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print('  %s %s' % ('ok  ' if holds else 'FAIL', sentence), *(details if not holds else ()))


class Parse(wire.Child):
    def __init__(self):
        super().__init__('parse')
        self.ready = self.receive(30)

    def ask(self, mail, within=10):
        """The answer's octets; EOFError if the worker died of it."""
        self.send(wire.PARSE, b''.join(wire.number(n) for n in LIMITS) + wire.text(None) +
                  wire.text(None) + wire.text(mail))
        got = self.receive(within)
        return None if got is None else got[1].payload


def python_name(charset):
    return {'windows-874': 'cp874', 'macintosh': 'mac_roman', 
            'ks_c_5601-1987': 'cp949'}.get(charset, charset)


def status_of(child, name):
    with open('/proc/%d/status' % child.process.pid) as file:
        return next(line.split()[1] for line in file if line.startswith(name + ':'))


def test_what_it_has_given_up(child):
    fact(child.ready is not None and child.ready[0] == wire.PARSED, 'a worker says it is ready')
    fact(status_of(child, 'Seccomp') == '2', 'its system calls are filtered')
    fact(status_of(child, 'NoNewPrivs') == '1', 'no program can give it rights')
    with open('/proc/%d/limits' % child.process.pid) as file:
        limits = {line[:26].strip(): line[26:].split()[0] for line in file}
    fact(limits['Max address space'] == str(512 << 20), 'memory: 512 MiB', limits)
    fact(limits['Max open files'] == '4', 'no further file', limits)
    fact(limits['Max core file size'] == '0', 'no core dump of other people\'s mail', limits)
    folder = '/proc/%d/fd' % child.process.pid
    fact(sorted(os.listdir(folder)) == ['0', '1', '2', '3'], 'four descriptors, no more',
         os.listdir(folder))
    with open('/proc/%d/environ' % child.process.pid) as file:
        names = {part.split('=')[0] for part in file.read().split('\0') if part}
    fact(names <= {'PATH', 'LANG', 'TZ'}, 'no environment to speak of', names)


def test_charsets(child):
    for charset, words in CHARSETS.items():
        octets = words.encode(python_name(charset))
        head = 'From: a@a.example\r\nTo: b@b.example\r\nSubject: charset\r\n' \
            'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=%s\r\n' \
            'Content-Transfer-Encoding: base64\r\n\r\n' % charset
        try:
            answer = child.ask(head.encode() + base64.encodebytes(octets))
        except EOFError as death:
            fact(False, charset + ' is read', death)
            return
        fact(words.encode() in (answer or b''), charset + ' is read', answer)
    answer = child.ask(b'From: a@a.example\r\nContent-Type: text/plain; charset=x-unheard-of\r\n'
                       b'\r\nhello\r\n')
    fact(answer is not None and b'hello' in answer, 'an unheard-of charset does no harm')


def test_contacts(child):
    """Files of contacts, whose character sets can be opened no more either."""
    table = 'name;mail\nÉlodie Groß;elodie@bücher.example\n'
    card = 'BEGIN:VCARD\r\nFN;CHARSET=%s:%s\r\nEND:VCARD\r\n'
    files = [table.encode(), table.encode('cp1252'), table.encode('utf-16'),
             table.encode('utf-16-be'), b'{"name": "\\u00c9lodie Gro\\u00df"}']
    files += [(card % (charset, 'Élodie Groß')).encode(python_name(charset))
              for charset in ('utf-8', 'iso-8859-1', 'iso-8859-15', 'windows-1250', 'macintosh')]
    for octets in files:
        child.send(wire.CONTACTS, octets)
        kind, answer = child.receive(10)
        fact(kind == wire.CONTACTS_READ and 'Élodie Groß'.encode() in answer.payload,
             'contacts are read: %r' % octets[:24], answer.payload)
    child.send(wire.CONTACTS, b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR')
    kind, answer = child.receive(10)
    fact(kind == wire.CONTACTS_READ and answer.text() is not None,
         'what is no such file is said to be none', answer.payload)
    rows = b'"Jeanne, %d",j%d@b.example,Acme,Buyer\n'
    child.send(wire.CONTACTS, b'name,email,firm,title\n' +
               b''.join(rows % (i, i) for i in range(400000)))
    kind, answer = child.receive(10)
    fact(answer.text() is None and answer.number() == 400000 and answer.number() == 0
         and answer.number() == 20000,
         '400,000 people are read within the memory limit, the first 20,000 handed on')


def test_bombs(child):
    global skipped
    names = glob.glob(os.path.join(SHARED, 'hostile', '*.eml*'))
    if not names:
        print('  skipped: no mail bombs here')
        skipped += 1
    for name in sorted(names):
        with (gzip.open if name.endswith('.gz') else open)(name, 'rb') as file:
            mail = file.read()
        try:
            fact(child.ask(mail, 5) is not None, os.path.basename(name) + ' is survived')
        except EOFError as death:
            fact(False, os.path.basename(name) + ' is survived', death)
            return
    print('       peak %d kB' % child.peak_kb())


def test_size(child):
    mail = b'From: a@a.example\r\nSubject: large\r\nMIME-Version: 1.0\r\n' \
        b'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nYes.\r\n--b\r\n' \
        b'Content-Type: application/pdf; name=a.pdf\r\n' \
        b'Content-Disposition: attachment; filename=a.pdf\r\n' \
        b'Content-Transfer-Encoding: base64\r\n\r\n'
    mail += (b'QUJD' * 19 + b'\r\n') * (24 << 20 >> 6)
    mail = mail[:24 << 20] + b'\r\n--b--\r\n'
    try:
        answer = child.ask(mail, 5)
    except EOFError as death:
        answer = str(death)
    fact(isinstance(answer, bytes) and len(answer) > 10 << 20,
         'a mail of 24 MiB is read within the memory limit',
         answer if isinstance(answer, str) else len(answer or b''))


def main():
    if b'__asan_init' in open(wire.PROGRAM, 'rb').read():
        print('skipped: a program with sanitizers has no sandbox')
        return 0
    child = Parse()
    for test in (test_what_it_has_given_up, test_charsets, test_contacts, test_bombs, test_size):
        print(test.__name__)
        test(child)
    fact(child.close() == 0, 'it ends with its parent')
    child = Parse()
    child.send(wire.PARSE, b'nonsense')
    try:
        child.receive(5)
        fact(False, 'a question that is none ends it')
    except EOFError:
        fact(True, 'a question that is none ends it')
    child.close()
    print('%d passed, %d failed, %d skipped' % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
