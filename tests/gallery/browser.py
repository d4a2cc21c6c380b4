"""A headless Chromium, driven through a pipe (the DevTools protocol: JSON, each
message ended by a NUL, on descriptors 3 and 4), and the mails to look at."""
import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile

LANGUAGES = ('fr', 'en', 'de')


def chromium():
    """The program's path, None: there is none."""
    return next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)


class Browser:
    """One page; `with Browser() as page:`."""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix='gallery-')
        to_read, self.to = os.pipe()
        self.answers, to_write = os.pipe()

        def descriptors():
            os.setsid()
            high = os.dup2(to_read, 20), os.dup2(to_write, 21)
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [chromium(), '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
             '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run',
             '--user-data-dir=' + self.profile, '--remote-debugging-pipe', 'about:blank'],
            close_fds=False, preexec_fn=descriptors, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.count, self.session = b'', 0, None
        target = next(t for t in self.tell('Target.getTargets')['targetInfos'] if t['type'] == 'page')
        self.session = self.tell('Target.attachToTarget', targetId=target['targetId'], flatten=True)['sessionId']
        self.tell('Page.enable')
        self.frame = self.tell('Page.getFrameTree')['frameTree']['frame']['id']
        return self

    def __exit__(self, *_):
        os.close(self.to)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    def read(self):
        while b'\0' not in self.buffer:
            octets = os.read(self.answers, 1 << 20)
            if not octets:
                raise RuntimeError('chromium has ended')
            self.buffer += octets
        message, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(message)

    def tell(self, method, **params):
        self.count += 1
        message = {'id': self.count, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        octets = json.dumps(message).encode() + b'\0'
        while octets:
            octets = octets[os.write(self.to, octets):]
        while True:
            answer = self.read()
            if answer.get('id') == self.count:
                if 'error' in answer:
                    raise RuntimeError('%s: %s' % (method, answer['error']))
                return answer['result']

    def show(self, html, width, dark=False):
        self.tell('Emulation.setDeviceMetricsOverride', width=width, height=800, deviceScaleFactor=1,
                  mobile=width < 600)
        self.tell('Emulation.setEmulatedMedia',
                  features=[{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}])
        self.tell('Page.setDocumentContent', frameId=self.frame, html=html)

    def run(self, script):
        answer = self.tell('Runtime.evaluate', expression=script, returnByValue=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(str(answer['exceptionDetails']))
        return answer['result'].get('value')

    def picture(self):
        """The whole page as PNG."""
        width, height = self.run('[innerWidth, document.documentElement.scrollHeight]')
        shot = self.tell('Page.captureScreenshot', captureBeyondViewport=True,
                         clip={'x': 0, 'y': 0, 'width': width, 'height': height, 'scale': 1})
        return base64.b64decode(shot['data'])


def mails():
    """{'message', 'case' ('' is the usual one), 'language', 'subject', 'text', 'html'} of each."""
    lines = subprocess.run(['build/mails', *LANGUAGES], check=True, capture_output=True).stdout
    return [json.loads(line) for line in lines.splitlines()]
