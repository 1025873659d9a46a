#!/bin/bash
# Puts the programs that the tests run against into .tools/: Prometheus, promtool, Alertmanager, amtool, vmagent, VictoriaMetrics,
# two AWS emulators and MkDocs. Needs no root and changes nothing outside .tools/: Debian packages are unpacked, not installed, with
# package lists of our own beside them. Versions are pinned; a second run with the same pins costs nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly TOOLS=$PWD/.tools
readonly STAMP=$TOOLS/stamp
# Debian's revision may move with a security fix, the version of the program may not.
readonly PACKAGES=('prometheus=2.42.*' 'prometheus-alertmanager=0.25.*' 'victoria-metrics=1.79.*' python3-pip-whl)

say() { echo "setup: $*"; }

pins() { { echo "$TOOLS"; cat tests/setup/tools.sh tests/setup/requirements.txt; } | sha256sum; }

unpack_debian() {
  mkdir -p "$TOOLS"/apt/{lists,cache/archives}/partial "$TOOLS"/debian "$TOOLS"/bin
  # Downloads run as the caller: apt's own user cannot write here.
  local apt=(apt-get -qq -o "Dir::State::lists=$TOOLS/apt/lists" -o "Dir::Cache=$TOOLS/apt/cache" -o APT::Sandbox::User=)
  say "reading the package lists"
  "${apt[@]}" update
  say "fetching ${PACKAGES[*]}"
  (cd "$TOOLS/apt" && "${apt[@]}" download "${PACKAGES[@]}")
  for package in "$TOOLS"/apt/*.deb; do dpkg -x "$package" "$TOOLS/debian"; done
  rm -r "$TOOLS/apt"
  ln -s ../debian/usr/bin/{prometheus,promtool,amtool,vmagent,victoria-metrics} "$TOOLS/bin"
}

# Debian's Alertmanager reads its templates from one fixed folder and does not start without them. Mounting them there
# needs privileges; so the copy here looks in a path of the same length that names file descriptor 9 instead.
wrap_alertmanager() {
  local fixed=/usr/share/prometheus/alertmanager descriptor=/proc/self/fd/9
  while ((${#descriptor} < ${#fixed})); do descriptor=${descriptor%9}/9; done
  LC_ALL=C sed "s#$fixed#$descriptor#g" "$TOOLS/debian/usr/bin/prometheus-alertmanager" >"$TOOLS/debian/alertmanager"
  cat >"$TOOLS/bin/alertmanager" <<WRAPPER
#!/bin/bash
exec 9<'$TOOLS/debian$fixed'
exec '$TOOLS/debian/alertmanager' "\$@"
WRAPPER
  chmod +x "$TOOLS/debian/alertmanager" "$TOOLS/bin/alertmanager"
}

# A bare Debian python3 has neither pip nor ensurepip, so pip runs from its wheel.
install_python_packages() {
  say "installing the emulators and MkDocs"
  local wheel=("$TOOLS"/debian/usr/share/python-wheels/pip-*.whl)
  python3 -m venv --without-pip "$TOOLS/venv"
  "$TOOLS/venv/bin/python" "${wheel[0]}/pip" \
    install --quiet --no-deps --disable-pip-version-check -r tests/setup/requirements.txt
}

check() {
  say "$("$TOOLS/bin/prometheus" --version 2>&1 | head -n 1)"
  say "$("$TOOLS/bin/alertmanager" --version 2>&1 | head -n 1)"
  "$TOOLS/venv/bin/python" -c 'import boto3, cbor2, ministack, mkdocs, moto.server, schemathesis'
}

if [[ -f $STAMP && $(<"$STAMP") == "$(pins)" ]]; then
  say "tools are in place"
  exit
fi
rm -rf "$TOOLS"
unpack_debian
wrap_alertmanager
install_python_packages
check
pins >"$STAMP"
say "tools are in place"
