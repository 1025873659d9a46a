#!/bin/bash
# Builds vmalert-tool, the second engine that the tests of the rules run in, from the Go module proxy into .tools/bin.
# Without Go, without network or with a Go that is too old, nothing is built and nothing fails: the test of that engine is
# then skipped, with a line that names it. The version is pinned; a second run with the same pin costs nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly VERSION=v1.151.0
readonly MODULE=github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert-tool
readonly TOOL=$PWD/.tools/bin/vmalert-tool STAMP=$PWD/.tools/vmalert-version
PATH=$PATH:/usr/local/go/bin

say() { echo "setup: $*"; }

if [[ -x $TOOL && -f $STAMP && $(<"$STAMP") == "$VERSION" ]]; then
  exit
fi
rm -f "$TOOL" "$STAMP"
if ! command -v go >/dev/null; then
  say "vmalert-tool is not built, because there is no Go: rules::vmalert will be skipped"
  exit
fi
say "building vmalert-tool $VERSION, for a minute or two"
# The Go that is there, no other one.
if GOTOOLCHAIN=local GOBIN=$PWD/.tools/bin go install "$MODULE@$VERSION" 2>"$STAMP.log"; then
  echo "$VERSION" >"$STAMP"
  rm -f "$STAMP.log"
else
  say "vmalert-tool is not built: $(tail -n 1 "$STAMP.log"): rules::vmalert will be skipped"
fi
