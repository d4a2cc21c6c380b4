#!/bin/sh
# deps [build]: installs what packages.list names, or its part to build and to
# run. Quick when all is there; no service is started by what it installs.
set -eu

list=$(dirname "$0")/packages.list
part='1,$p'
[ "${1-}" = build ] && part='1,/^# To test/p'
wanted=$(sed -n "$part" "$list" | grep -v '^#')

if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian: these packages, by the names they have here, are needed:" $wanted
    exit 0
fi
there=$(dpkg-query -W -f '${db:Status-Status}:${Package}\n' $wanted 2>/dev/null || :)
missing=$(for package in $wanted; do
    echo "$there" | grep -qx "installed:$package" || echo "$package"
done)
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing:" $missing
    echo "Type:    sudo apt-get install --no-install-recommends" $missing
    exit 1
fi

echo "installing:" $missing
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
made=
trap '[ -z "$made" ] || rm -f "$policy"; rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM
if [ ! -e $policy ]; then # "no service may start", asked by every package
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    made=yes
fi

export DEBIAN_FRONTEND=noninteractive
install() {
    case " $(echo $missing) " in # without an answer Postfix would ask what it is for
    *' postfix '*) echo 'postfix postfix/main_mailer_type select No configuration' |
        debconf-set-selections ;;
    esac
    apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 \
        ${CI:+-o Dpkg::Options::=--force-unsafe-io} $missing # a machine of CI is thrown away
}
install >"$log" 2>&1 </dev/null ||
    { apt-get update && install; } >"$log" 2>&1 </dev/null ||
    { cat "$log"; exit 1; }
