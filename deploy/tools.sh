# Sourced by ./ndstream: finds what the build needs and installs what is missing.

# Sets JAVA_HOME to a JDK of version 17 or newer; the user's own choice comes first.
find_jdk() {
  local candidate
  if [ -n "${JAVA_HOME:-}" ]; then
    jdk_version "$JAVA_HOME" > /dev/null || die "JAVA_HOME is no JDK of version 17 or newer: $JAVA_HOME"
    return 0
  fi
  for candidate in "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /)")")")" /usr/lib/jvm/*; do
    if jdk_version "$candidate" > /dev/null; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

# Prints the feature version of the JDK in a directory; fails if there is none, or it is too old.
jdk_version() {
  local version
  [ -x "$1/bin/javac" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2> /dev/null)
  [ "${version:-0}" -ge 17 ] && echo "$version"
}

# Prints the newest JDK beside the one in use, if it is newer.
newer_jdk() {
  local candidate version best best_version
  best_version=$(jdk_version "$JAVA_HOME")
  for candidate in /usr/lib/jvm/*; do
    version=$(jdk_version "$candidate") || continue
    if [ "$version" -gt "$best_version" ]; then
      best=$candidate best_version=$version
    fi
  done
  [ -n "${best:-}" ] && echo "$best"
}

# Prints the Debian packages that are needed and not there.
missing_packages() {
  find_jdk || echo openjdk-17-jdk-headless
  command -v mvn > /dev/null || echo maven
  command -v gdal-config > /dev/null || echo libgdal-dev
  command -v swig > /dev/null || echo swig
  command -v g++ > /dev/null || echo g++
  command -v xz > /dev/null || echo xz-utils
  python3 -c 'import ensurepip, venv' 2> /dev/null || echo python3-venv
  # Faster JPEG tiles; worth installing, not worth stopping for.
  [ "$(id -u)" != 0 ] || /sbin/ldconfig -p | grep -q 'libturbojpeg\.so' || echo libturbojpeg0
}

# Installs what is missing, when root; otherwise says how and stops.
ensure_tools() {
  local missing install
  missing=$(missing_packages | xargs)
  if [ -n "$missing" ]; then
    install="apt-get install -y --no-install-recommends $missing"
    command -v apt-get > /dev/null || die "please install what Debian calls: $missing"
    if [ "$(id -u)" != 0 ]; then
      die "some packages are missing; install them with
  sudo apt-get update && sudo $install"
    fi
    say "installing $missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update < /dev/null > /dev/null || true # a dead third-party source is no reason to stop
    $install < /dev/null > /dev/null
  fi
  find_jdk || die "no JDK of version 17 or newer found"
}
