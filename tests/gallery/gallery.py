"""make gallery: every message, every case, every language, as a phone and a desk
show them, on one page to look through: build/gallery/index.html, kept until make
clean. Words after it are messages: only these."""
import html
import pathlib
import re
import sys

from browser import LANGUAGES, Browser, chromium, mails

PHONE, DESK = 390, 1000
FOLDER = pathlib.Path('build/gallery')
HEAD = '''<!DOCTYPE html><meta charset="utf-8"><title>Gallery of mails</title>
<style>body { font: 15px sans-serif; margin: 16px; } img { border: 1px solid #999; vertical-align: top; }
figure { display: inline-block; margin: 8px; vertical-align: top; } nav a { margin-right: 12px; }</style>'''


def pictures(page, name, html_part, main):
    """[(file, what it shows)]: the usual case in four ways, the others on a phone in the light."""
    ways = [(PHONE, False), (PHONE, True), (DESK, False), (DESK, True)] if main else [(PHONE, False)]
    for width, dark in ways:
        file = '%s-%d-%s.png' % (name, width, 'dark' if dark else 'light')
        page.show(html_part, width, dark)
        (FOLDER / file).write_bytes(page.picture())
        yield file, '%d, %s' % (width, 'dark' if dark else 'light')


def section(page, message, some):
    out = ['<h2 id="%s">%s</h2>' % (message, message)]
    for language in LANGUAGES:
        out.append('<h3>%s</h3>' % language)
        for mail in some:
            if mail['language'] != language:
                continue
            name = '-'.join(filter(None, (message, language, re.sub(r'\W+', '_', mail['case']))))
            (FOLDER / (name + '.html')).write_text(mail['html'])
            for file, how in pictures(page, name, mail['html'], mail['case'] == ''):
                out.append('<figure><figcaption><a href="%s.html">%s</a> %s</figcaption><img loading="lazy" src="%s">'
                           '</figure>' % (name, html.escape(mail['case'] or 'usual'), how, file))
    return '\n'.join(out)


def main():
    if chromium() is None:
        sys.exit('the gallery needs chromium: apt-get install chromium')
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = {}
    for mail in mails():
        if len(sys.argv) == 1 or mail['message'] in sys.argv[1:]:
            wanted.setdefault(mail['message'], []).append(mail)
    with Browser() as page:
        sections = [section(page, name, some) for name, some in wanted.items()]
    links = ''.join('<a href="#%s">%s</a>' % (name, name) for name in wanted)
    (FOLDER / 'index.html').write_text(HEAD + '<nav>' + links + '</nav>\n' + '\n'.join(sections))
    print('look at %s/index.html' % FOLDER)


main()
