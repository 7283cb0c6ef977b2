# Sourced by ./ndstream: builds the distribution and the Python environment, each only if its sources changed.

distribution() {
  local version
  version=$(sed -n '0,/<version>/s/.*<version>\(.*\)<\/version>.*/\1/p' pom.xml)
  echo "$PWD/server/target/ndstream-$version"
}

# Builds all that is out of date, and sets JAVA_HOME. Safe to run twice at once: the second waits, then finds nothing to do.
build() {
  (
    flock 9
    build_distribution 9<&-
    build_python 9<&-
  ) 9< pom.xml
  find_jdk || die "no JDK of version 17 or newer found"
}

build_distribution() {
  local stamp=server/target/build.stamp sources
  sources=$(fingerprint pom.xml proto server client-java bench)
  if [ "$(cat $stamp 2> /dev/null)" = "$sources" ]; then
    return
  fi
  ensure_tools
  local native
  native=$(deploy/native.sh)
  say "building the server"
  rm -rf "$(distribution)" $stamp
  forget_old_stubs
  maven -q -Dmaven.test.skip=true -Dndstream.native="$native" package && archive_classes && echo "$sources" > $stamp
}

# Generated sources of messages that are gone would not compile any more.
forget_old_stubs() {
  local stamp=proto/target/build.stamp sources
  sources=$(fingerprint proto)
  if [ "$(cat $stamp 2> /dev/null)" != "$sources" ]; then
    rm -rf proto/target
    mkdir -p proto/target
    echo "$sources" > $stamp
  fi
}

# Starts a server once and keeps the classes it loaded in an archive: later starts take half the time. A distribution
# without the archive works as well; half an archive would crash a JVM, so it gets its name when it is whole.
archive_classes() {
  local home work ready= status=0
  home=$(distribution)
  work=$(mktemp -d)
  mkfifo "$work/out"
  NDSTREAM_JAVA_OPTS="-XX:ArchiveClassesAtExit=$home/lib/ndstream.jsa.new" \
    "$home/bin/ndstream" serve toy:shapes2 --listen "unix:$work/socket" --workdir "$work/work" \
    > "$work/out" 2> "$work/log" < /dev/null &
  read -r -t 60 ready < "$work/out" || true
  kill $! 2> /dev/null || true
  wait $! || status=$?
  if [ -n "$ready" ] && [ $status = 0 ]; then
    mv -f "$home/lib/ndstream.jsa.new" "$home/lib/ndstream.jsa"
  else
    rm -f "$home/lib/ndstream.jsa.new"
    say "no archive of classes: the server ended with status $status; its last words: $(tail -n 5 "$work/log")"
  fi
  rm -rf "$work"
}

build_python() {
  install_python demo
}

# Installs the Python package with its extra libraries for a purpose: demo, test.
install_python() {
  local extra=$1 stamp=.venv/$1.stamp sources
  sources=$(fingerprint client-python-stubs proto)
  if [ "$(cat "$stamp" 2> /dev/null)" = "$sources" ]; then
    return
  fi
  ensure_tools
  say "installing the Python package into .venv ($extra)"
  [ -x .venv/bin/pip ] || python3 -m venv .venv
  .venv/bin/pip --disable-pip-version-check install -q "./client-python-stubs[$extra]" && echo "$sources" > "$stamp"
}

# Hashes the files below the given paths, without tests and what builds leave behind.
fingerprint() {
  find "$@" -type d \( -name target -o -name test -o -name tests -o -name build -o -name '*.egg-info' -o -name '.*' \
    -o -name __pycache__ \) -prune -o -type f ! -name '*_pb2*.py*' ! -name '.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

maven() {
  # Maven 3.8 sends escape codes whatever it is told.
  mvn -B -Dstyle.color=never --no-transfer-progress "$@" < /dev/null 2>&1 | sed -u 's/\x1b\[[0-9;]*m//g' >&2
}
