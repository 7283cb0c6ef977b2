#!/usr/bin/env bash
# Builds GDAL's Java binding (libgdalalljni.so) for the libgdal that is installed, and prints the directory it is in.
#
# Debian and Ubuntu ship no Java package of GDAL, so the binding is made from the distribution's own source package: SWIG
# wraps the headers, the result is linked to the installed libgdal. Takes about ten seconds, once; the result is kept in
# the user's cache. apt's own configuration is not touched, and no root is needed.
#
# Needs: apt-get, swig, g++, tar, xz, a JDK (JAVA_HOME), libgdal-dev.
set -euo pipefail

: "${JAVA_HOME:?the directory of a JDK}"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ndstream/native

main() {
  local version result
  version=$(gdal-config --version)
  if system_binding; then
    return
  fi
  result=$cache/gdal-$version-$(uname -m)
  if [ ! -e "$result/libgdalalljni.so" ]; then
    build "$version" "$result"
  fi
  ln -sfn "$(basename "$result")" "$cache/current" # for a bare `mvn`
  echo "$result"
}

# A package of the distribution is made for its libgdal; it only has to find it.
system_binding() {
  local dir
  for dir in /usr/lib/jni "/usr/lib/$(gcc -print-multiarch)/jni"; do
    if [ -e "$dir/libgdalalljni.so" ] && ! ldd "$dir/libgdalalljni.so" | grep -q 'not found'; then
      echo "$dir"
      return 0
    fi
  done
  return 1
}

build() {
  local version=$1 result=$2
  echo "building the Java binding of GDAL $version" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  fetch_source "$version" > apt.log 2>&1 || fail "the source package of GDAL $version could not be fetched" apt.log
  unpack "$version"
  compile > compile.log 2>&1 || fail "the binding could not be compiled" compile.log
  mkdir -p "$cache"
  chmod 755 out
  rm -rf "$result.$$" && cp -r out "$result.$$"
  mv -T "$result.$$" "$result" 2> /dev/null || rm -rf "$result.$$" # lost a race: the other one is as good
}

fail() {
  tail -n 20 "$2" >&2
  echo "ndstream: $1" >&2
  exit 1
}

# Fetches gdal_VERSION.orig.tar.* with apt, which checks its signature. The private state directory holds the list of
# source packages, which the machine's own configuration usually leaves out.
fetch_source() {
  local version=$1 package exact
  mkdir -p state/lists/partial cache/archives/partial
  sources > sources.list
  local apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/state/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)")
  "${apt[@]}" update || true # one dead mirror among several is no reason to stop
  exact=$(dpkg-query -W -f='${source:Version}' libgdal-dev)
  for package in "gdal=$exact" "gdal=$version*" gdal; do
    "${apt[@]}" source --download-only "$package" && compgen -G "gdal_$version*.orig.tar.*" && return
  done
  return 1
}

# deb-src lines for the distribution's own repositories among those this machine uses.
sources() {
  local id keyring signed=
  id=$(. /etc/os-release && echo "$ID")
  keyring=/usr/share/keyrings/$id-archive-keyring.gpg
  if [ -e "$keyring" ]; then
    signed="[signed-by=$keyring] "
  fi
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sort -u | while read -r origin uri release component; do
    if [ "${origin,,}" = "$id" ]; then
      echo "deb-src $signed$uri $release $component"
    fi
  done
}

unpack() {
  tar -xf gdal_"$1"*.orig.tar.* --strip-components=1 --wildcards \
    '*/swig/include/*' '*/ogr/*.h' '*/gcore/*.h' '*/port/*.h' '*/apps/*.h'
}

compile() {
  local flags module job jobs=() # one job a module: the wrappers are large
  # SWIG passes pointers as jlong, which breaks the aliasing rules.
  flags="-O2 -fPIC -fno-strict-aliasing -w $(gdal-config --cflags) -I$JAVA_HOME/include -I$JAVA_HOME/include/linux"
  mkdir -p wrap out
  (wrap gdalconst c && gcc -c $flags -o wrap/gdalconst.o wrap/gdalconst.c) &
  jobs+=($!)
  for module in gdal ogr osr; do
    (wrap $module cpp -c++ && g++ -c $flags -o wrap/$module.o wrap/$module.cpp) &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do
    wait "$job" || return
  done
  g++ -shared -o out/libgdalalljni.so wrap/*.o $(gdal-config --libs)
}

wrap() {
  local module=$1 suffix=$2
  shift 2
  swig -java "$@" -package "org.gdal.$module" -outdir wrap -Iswig/include/java -Iswig/include \
    -o "wrap/$module.$suffix" "swig/include/$module.i"
}

main
