"""Every mail as people see it: the HTML part of every message, its cases, every
language, read by Python's parsers and laid out by a headless Chromium."""
import email
import email.policy
import html.parser
import pathlib
import re
import subprocess
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'gallery'))
from browser import LANGUAGES, Browser, chromium, mails  # noqa: E402

TEXTS = pathlib.Path('mailtemplates/default')
LARGEST = 20000
SEVERAL = {'transcript': 64000}  # as many answers as commands; clients clip at 100 kB


told = {True: 0, False: 0}


def fact(sentence, holds, detail=''):
    told[bool(holds)] += 1
    print('%s %s' % ('ok  ' if holds else 'FAIL', sentence), '' if holds else '\n%s' % (detail,), flush=True)


class Part(html.parser.HTMLParser):
    """What is shown, and the links."""

    def __init__(self, text):
        super().__init__()
        self.shown, self.links, self.tags, self.hidden, self.link = [], [], [], 0, None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.hidden += tag == 'head'
        if tag == 'a':
            self.link = [attrs.get('href', ''), '']
        if tag in ('p', 'br', 'li', 'blockquote', 'div'):
            self.shown.append('\n')

    def handle_endtag(self, tag):
        self.hidden -= tag == 'head'
        if tag == 'a':
            self.links.append(tuple(self.link))
            self.link = None

    def handle_data(self, data):
        if not self.hidden:
            self.shown.append(data)
            if self.link:
                self.link[1] += data


def words(text):
    """But for what the text part has of its own: the marks of quotations and points."""
    text = re.sub(r'^(> ?|  - )', '', text, flags=re.M)
    return re.split('[ \n]+', text.strip(' \n'))


def answers(language):
    """{message: [word]} and {word: what a mail begins with}."""
    rows, begun = {}, {}
    for line in (TEXTS / language / '_answers.txt').read_text().splitlines():
        name, _, value = line.partition(': ')
        if name[0].islower():
            rows[name] = [word.strip() for word in value.split(',')]
        elif not line.startswith('{{!'):
            begun[name] = value.split('...')[0]
    return rows, begun


class Mail:
    def __init__(self, mail):
        self.message, self.case, self.language = mail['message'], mail['case'], mail['language']
        self.name = ' '.join((self.language, self.message, self.case))
        self.subject, self.text, self.html = mail['subject'], mail['text'], mail['html']
        self.part = Part(self.html)

    def flaw_of_words(self):
        text, shown = words(self.text), words(''.join(self.part.shown))
        if text != shown:
            at = next((i for i, (a, b) in enumerate(zip(text, shown)) if a != b), -1)
            return 'text %r, HTML %r' % (text[at:at + 6], shown[at:at + 6])

    def flaw_of_links(self):
        for href, shown in self.part.links:
            link = urllib.parse.urlsplit(href)
            asked = urllib.parse.parse_qs(link.query, strict_parsing=True)
            subject = self.subject if self.subject.startswith('Re: ') else 'Re: ' + self.subject
            if link.scheme != 'mailto' or not re.fullmatch(r'relais(\+[a-z2-7]{26})?@reseau-nord\.example', link.path):
                return 'goes to %s' % href
            if asked['subject'] != [subject] or not re.fullmatch('[A-Za-z0-9._~%&=?+@:-]+', href):
                return 'is written %s' % href
            start = answers(self.language)[1].get(shown, shown).split('...')[0].split('{{')[0].strip()
            if not asked['body'][0].startswith(start) or asked['body'][0][-1] not in ' \n':
                return '%s begins a mail with %r' % (shown, asked['body'])
        for tag, attrs in self.part.tags:
            if tag in ('img', 'script', 'link', 'form', 'iframe', 'object') or 'src' in attrs:
                return 'has <%s>' % tag
        return 'loads something' if re.search(r'https?://|url\(|@import', self.html) else None

    def flaw_of_buttons(self):
        """Of the usual case: others may ask less."""
        shown = [text for _, text in self.part.links]
        missing = [word for word in answers(self.language)[0].get(self.message, []) if word not in shown]
        return 'no button for %s' % missing if missing and not self.case else None

    def flaw_of_form(self):
        tag, attrs = self.part.tags[0]
        if tag != 'html' or attrs.get('lang') != self.language or '<title>' not in self.html:
            return 'no language or title'
        if len(self.html.encode()) > SEVERAL.get(self.message, LARGEST):
            return '%d octets' % len(self.html.encode())


LOOK = r'''(() => {
  const parse = c => { const n = c.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
                        if (c[3] == 1) return c; } return [255, 255, 255, 1]; };
  const flaws = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; n = walker.nextNode();) {
    if (!n.data.trim()) continue;
    const e = n.parentElement, style = getComputedStyle(e);
    const [a, b] = [light(parse(style.color)), light(behind(e))];
    const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (contrast < 4.5) flaws.push('contrast ' + contrast.toFixed(2) + ' of "' + n.data.trim() + '"');
    if (parseFloat(style.fontSize) < 13) flaws.push('small print of ' + style.fontSize);
  }
  for (const a of document.querySelectorAll('a')) {
    const box = a.getBoundingClientRect();
    if (getComputedStyle(a).display != 'inline' && (box.height < 44 || box.width < 44))
      flaws.push('a button of ' + box.width + 'x' + box.height);
  }
  if (document.documentElement.scrollWidth > innerWidth)
    flaws.push('wider than ' + innerWidth + ': ' + document.documentElement.scrollWidth);
  return flaws;
})()'''


def looked_at(page, mail):
    """At the narrowest and on an ordinary phone, in both colours."""
    for width, dark in ((320, False), (390, True)):
        page.show(mail.html, width, dark)
        for flaw in page.run(LOOK):
            return '%s (%d, %s)' % (flaw, width, 'dark' if dark else 'light')


def both_parts():
    octets = subprocess.run(['build/passerelle', 'template', 'preview', 'ask', '--eml'], check=True,
                            capture_output=True).stdout
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    types = [part.get_content_type() for part in mail.walk()]
    return types == ['multipart/alternative', 'text/plain', 'text/html'] and \
        'ACCEPTER' in mail.get_body(('html',)).get_content(), types


def main():
    files = {language: {f.name for f in (TEXTS / language).glob('*.txt')} for language in LANGUAGES}
    fact('each text is there in each language', len(set(map(frozenset, files.values()))) == 1, files)
    fact('the mail that is sent has both parts', *both_parts())
    every = [Mail(mail) for mail in mails()]

    def all_are(what, flaw_of, some=every):
        flaws = ['%s: %s' % (mail.name, flaw) for mail in some if (flaw := flaw_of(mail))]
        fact('%s (%d mails)' % (what, len(some)), not flaws, '\n'.join(flaws[:20]))

    all_are('a language, a title, under %d octets' % LARGEST, Mail.flaw_of_form)
    all_are('the HTML part says the words of the text in their order', Mail.flaw_of_words)
    all_are('links are mails to the ask, nothing is loaded', Mail.flaw_of_links)
    all_are('each answer has its button', Mail.flaw_of_buttons)
    if chromium() is None:
        print('skipped: contrast and width: chromium is not installed')
    else:
        with Browser() as page:
            all_are('fits 320 and 390, contrast 4.5 in light and dark, buttons of 44', lambda mail: looked_at(page, mail),
                    [mail for mail in every if mail.language == 'fr' or not mail.case])
    print('%d passed, %d failed, %d skipped' % (told[True], told[False], chromium() is None))
    return told[False] > 0


sys.exit(main())
