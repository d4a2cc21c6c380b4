"""lab: a real Dovecot and a real Postfix in a temporary folder, for the tests.

    with Lab() as lab:                      # root; Dovecot + Postfix installed
        lab.deliver('gateway', b'From: ...')        # into the mailbox, by LMTP
        box = lab.imap('gateway')                   # imaplib, TLS, logged in
        lab.port.imaps, lab.port.imap               # 143: STARTTLS
        lab.port.mx, lab.port.submission, lab.port.smtps
        lab.ca                                      # the CA file to verify with

Users: gateway / gwpass is gateway@gw.test (gateway+TOKEN@gw.test reaches it);
u1 / pw1 ... are u1@members.test ... . Postfix refuses tempfail@, over@ (4xx) and
gone@, policy@ (5xx) members.test, and everybody unknown (5.1.1).

All listen on 127.0.0.1 as `localhost` with a good certificate. Dovecot also
listens, same ports, with bad ones: see BAD. Several labs may run side by side:
each has a folder and ports of its own. Nothing outside the folder is touched.
"""
import atexit
import imaplib
import os
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import types

GATEWAY = ('gateway', 'gwpass')
# What is wrong with the certificate -> the address that shows it.
BAD = {'wronghost': '127.0.0.2', 'expired': '127.0.0.3', 'otherca': '127.0.0.4',
       'selfsigned': '127.0.0.5'}
PORTS = ('imap', 'imaps', 'lmtp', 'auth', 'mx', 'submission', 'smtps')


def missing():
    """Why no lab can run here, or None: a test prints it and is skipped."""
    if os.geteuid() != 0:
        return 'the lab needs root'
    path = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'
    absent = [p for p in ('dovecot', 'postfix', 'openssl') if not shutil.which(p, path=path)]
    return 'not installed: ' + ', '.join(absent) if absent else None


def run(*words, check=True, cwd=None):
    """What it printed; into a file, since a daemon keeps a pipe open for ever."""
    environment = dict(os.environ, PATH=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(words, cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                              stdout=out, stderr=subprocess.STDOUT, timeout=60)
        out.seek(0)
        said = out.read().decode('utf-8', 'replace')
    if check and done.returncode != 0:
        raise RuntimeError('%s: %s' % (' '.join(words), said))
    return said


def free_ports(count):
    """Ports nobody has; all are held until the last is found, so they differ."""
    held = []
    for _ in range(count):
        s = socket.socket()
        s.bind(('0.0.0.0', 0))
        held.append(s)
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def certificates(folder):
    """ca.pem and, each with its .key: good, wronghost, expired, otherca, selfsigned."""
    os.makedirs(folder, exist_ok=True)
    key = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes')

    def authority(name):
        run('openssl', 'req', '-x509', *key, '-keyout', name + '.key', '-out', name + '.pem',
            '-days', '3650', '-subj', '/CN=lab ' + name, '-addext',
            'basicConstraints=critical,CA:true', '-addext', 'keyUsage=keyCertSign', cwd=folder)

    def server(name, issuer, names, days):
        run('openssl', 'req', '-new', *key, '-keyout', name + '.key', '-out', name + '.csr',
            '-subj', '/CN=' + name, cwd=folder)
        with open(os.path.join(folder, name + '.ext'), 'w') as ext:
            ext.write('subjectAltName=%s\nextendedKeyUsage=serverAuth\n' % names)
        run('openssl', 'x509', '-req', '-in', name + '.csr', '-CA', issuer + '.pem', '-CAkey',
            issuer + '.key', '-CAcreateserial', '-out', name + '.pem', '-days', str(days),
            '-extfile', name + '.ext', cwd=folder)

    here = 'DNS:localhost,IP:127.0.0.1,IP:' + ',IP:'.join(BAD.values())
    authority('ca')
    authority('stranger')
    server('good', 'ca', here, 3650)
    server('wronghost', 'ca', 'DNS:elsewhere.test', 3650)
    server('expired', 'ca', here, -1)
    server('otherca', 'stranger', here, 3650)
    run('openssl', 'req', '-x509', *key, '-keyout', 'selfsigned.key', '-out', 'selfsigned.pem',
        '-days', '3650', '-subj', '/CN=localhost', '-addext', 'subjectAltName=' + here,
        cwd=folder)
    for name in os.listdir(folder):
        os.chmod(os.path.join(folder, name), 0o644)


DOVECOT = """\
base_dir = {folder}/dovecot/run
state_dir = {folder}/dovecot/state
log_path = {folder}/dovecot/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_dh =
ssl_cert = <{folder}/tls/good.pem
ssl_key = <{folder}/tls/good.key
{bad}
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_username_format = %Ln
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
mail_max_userip_connections = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {folder}/dovecot/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
    address = {addresses}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
    address = {addresses}
  }}
  service_count = 0
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
# A refused login makes the next ones wait; here all come from one address.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/postfix/spool
data_directory = {folder}/postfix/data
mail_owner = postfix
setgid_group = postdrop
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
shlib_directory = /usr/lib/postfix
multi_instance_name = postfix-{imaps}
multi_instance_enable = yes
maillog_file = {folder}/postfix/maillog
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = error:5.4.4 this server relays nowhere
relay_transport = error:5.4.4 this server relays nowhere
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
smtp_host_lookup = native
lmtp_host_lookup = native
virtual_mailbox_domains = gw.test, members.test
virtual_mailbox_maps = texthash:{folder}/postfix/etc/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_destination_recipient_limit = 1
recipient_delimiter = +
smtpd_tls_cert_file = {folder}/tls/good.pem
smtpd_tls_key_file = {folder}/tls/good.key
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_recipient_restrictions =
  check_recipient_access texthash:{folder}/postfix/etc/refused, reject_unauth_destination
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtputf8_enable = yes
message_size_limit = 26214400
biff = no
"""

MASTER_CF = """\
127.0.0.1:{mx} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

REFUSED = """\
tempfail@members.test 450 4.2.1 mailbox busy, try again later
over@members.test 452 4.2.2 mailbox full
gone@members.test 550 5.1.1 no such person here
policy@members.test 554 5.7.1 refused by policy
"""


class Lab:
    def __init__(self, users=4, postfix=True):
        self.folder = tempfile.mkdtemp(prefix='lab.')
        self.users = users
        self.with_postfix = postfix
        self.ca = os.path.join(self.folder, 'tls', 'ca.pem')
        self.port = types.SimpleNamespace(**dict(zip(PORTS, free_ports(len(PORTS)))))
        os.chmod(self.folder, 0o755)
        atexit.register(self.stop)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    # ---- its life ----

    def start(self):
        certificates(os.path.join(self.folder, 'tls'))
        self._write_dovecot()
        self.start_dovecot()
        if self.with_postfix:
            self._write_postfix()
            run('postfix', '-c', self.path('postfix/etc'), 'start')
            self._wait(self.port.mx)
        return self

    def stop(self):
        if not os.path.isdir(self.folder):
            return
        if os.path.exists(self.path('postfix/spool/pid/master.pid')):
            run('postfix', '-c', self.path('postfix/etc'), 'stop', check=False)
        self.stop_dovecot()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_dovecot(self):
        run('dovecot', '-c', self.path('dovecot/dovecot.conf'))
        self._wait(self.port.imaps)
        if os.path.exists(self.path('postfix/spool/pid/master.pid')):
            # Its smtpd keep a connection to the old one's logins.
            run('postfix', '-c', self.path('postfix/etc'), 'reload')

    def stop_dovecot(self):
        """Its clients lose their connections; the mail stays."""
        if not os.path.exists(self.path('dovecot/run/master.pid')):
            return
        run('doveadm', '-c', self.path('dovecot/dovecot.conf'), 'stop', check=False)
        for _ in range(500):
            if not os.path.exists(self.path('dovecot/run/master.pid')):
                return
            time.sleep(0.01)

    # ---- mail ----

    def password(self, user):
        return GATEWAY[1] if user == GATEWAY[0] else 'pw' + user[1:]

    def deliver(self, user, *mails, sender='someone@members.test'):
        """Into the mailbox of `user`, past Postfix; the mails are bytes."""
        domain = 'gw.test' if user.split('+')[0] == GATEWAY[0] else 'members.test'
        with smtplib.LMTP('127.0.0.1', self.port.lmtp) as lmtp:
            for mail in mails:
                lmtp.sendmail(sender, ['%s@%s' % (user, domain)], mail)

    def imap(self, user, folder='INBOX'):
        box = imaplib.IMAP4_SSL('localhost', self.port.imaps, ssl_context=self.context())
        box.login(user, self.password(user))
        if folder is not None:
            box.select(folder)
        return box

    def mails(self, user, folder='INBOX'):
        """[(uid, flags, octets)] of a folder; [] if there is no such folder."""
        box = self.imap(user, None)
        try:
            if box.select(folder, readonly=True)[0] != 'OK':
                return []
            _, rows = box.uid('FETCH', '1:*', '(UID FLAGS BODY.PEEK[])')
            return [(int(head.split(b'UID ')[1].split()[0].rstrip(b')')),
                     imaplib.ParseFlags(head), body)
                    for head, body in (r for r in rows if isinstance(r, tuple))]
        finally:
            box.logout()

    def context(self):
        return ssl.create_default_context(cafile=self.ca)

    def log(self):
        """What Dovecot and Postfix said, for the report of a failed test."""
        text = ''
        for name in ('dovecot/log', 'postfix/maillog'):
            if os.path.exists(self.path(name)):
                with open(self.path(name), errors='replace') as file:
                    text += '== %s\n%s' % (name, file.read())
        return text

    # ---- inside ----

    def path(self, name):
        return os.path.join(self.folder, name)

    def _put(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w') as file:
            file.write(text)

    def _names(self):
        return ['u%d' % n for n in range(1, self.users + 1)]

    def _write_dovecot(self):
        for name in ('dovecot/run', 'dovecot/state', 'mail'):
            os.makedirs(self.path(name))
        shutil.chown(self.path('mail'), 'mail', 'mail')
        bad = ''.join('local %s {\n  ssl_cert = <%s.pem\n  ssl_key = <%s.key\n}\n' %
                      (address, self.path('tls/' + name), self.path('tls/' + name))
                      for name, address in BAD.items())
        self._put('dovecot/users', ''.join('%s:{PLAIN}%s::::::\n' % (user, self.password(user))
                                           for user in [GATEWAY[0]] + self._names()))
        self._put('dovecot/dovecot.conf', DOVECOT.format(
            folder=self.folder, bad=bad, addresses=' '.join(['127.0.0.1', *BAD.values()]),
            **vars(self.port)))

    def _write_postfix(self):
        for name in ('postfix/etc', 'postfix/spool', 'postfix/data'):
            os.makedirs(self.path(name))
        shutil.chown(self.path('postfix/data'), 'postfix')
        self._put('postfix/etc/main.cf', MAIN_CF.format(folder=self.folder, **vars(self.port)))
        self._put('postfix/etc/master.cf', MASTER_CF.format(**vars(self.port)))
        self._put('postfix/etc/refused', REFUSED)
        self._put('postfix/etc/mailboxes', 'gateway@gw.test x\n' + ''.join(
            '%s@members.test x\n' % user for user in self._names()))

    def _wait(self, port):
        for _ in range(1000):
            try:
                socket.create_connection(('127.0.0.1', port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError('nothing listens on port %d\n%s' % (port, self.log()))


def main():
    """Runs a lab until interrupted, for trying things by hand."""
    reason = missing()
    if reason is not None:
        sys.exit('skipped: ' + reason)
    with Lab() as lab:
        print(lab.folder, vars(lab.port), flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == '__main__':
    main()
