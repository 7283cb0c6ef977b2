# Sourced by ./ndstream test: runs the parts asked for, all by default, and ends with one line of totals.
#
# A part that fails does not stop the others. Test results are counted from JUnit reports; a check that is no test
# (formatting, protos, types) counts as one.

parts=(lint proto java newest-java python)
results=$PWD/server/target/test-results
passed=0 failed=0

test_usage() {
  echo "usage: ./ndstream test [PART…]

  lint         Error Prone, ruff, mypy
  proto        buf lint, and no breaking change of the API (needs npm; skipped without)
  java         all Java tests on the JDK of the build
  newest-java  the same on the newest other JDK in /usr/lib/jvm, if there is one
  python       all Python tests, the end-to-end ones included

Tests on real data look for a directory shared/real beside the checkout, or NDSTREAM_REAL; without it they are skipped."
}

main() {
  local part
  for part in "$@"; do
    case " ${parts[*]} --help " in
      *" $part "*) ;;
      *) die "no such part: $part (one of: ${parts[*]})" ;;
    esac
  done
  case " $* " in *" --help "*) test_usage && return ;; esac
  [ $# = 0 ] || parts=("$@")

  ensure_tools
  export NDSTREAM_HOME
  NDSTREAM_HOME=$(distribution)
  rm -rf "$results"
  for part in "${parts[@]}"; do
    echo "== $part"
    "part_${part//-/_}"
  done
  mkdir -p "$results"
  local status=0
  python3 deploy/results.py "$results" "$passed" "$failed" || status=$?
  return $status
}

# Runs a command that is one check; what it prints is shown either way.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $name"
  fi
}

skip() {
  echo "SKIPPED $1: $2"
}

part_lint() {
  check "format" maven -q spotless:check
  check "error prone" error_prone
  install_python test
  check "ruff" .venv/bin/ruff check client-python-stubs
  check "mypy" .venv/bin/mypy --config-file client-python-stubs/pyproject.toml client-python-stubs/src
}

# Compiles everything anew: what is up to date would not be looked at.
error_prone() {
  rm -rf {server,client-java,bench}/target/{classes,test-classes}
  maven -q -P lint test-compile
}

part_proto() {
  if ! command -v npx > /dev/null; then
    skip proto "npm is not installed"
    return
  fi
  build
  rm -rf proto/target/googleapis
  cp -r proto/target/protobuf-maven-plugin/generate/default/archives/proto-google-common-protos-* proto/target/googleapis
  check "buf lint" buf lint proto
  check "buf build" buf build proto --path proto/ndstream --exclude-source-info -o proto/target/api.binpb
  check "buf breaking" buf breaking proto/target/api.binpb --against proto/baseline.binpb --exclude-imports
}

buf() {
  npx --yes @bufbuild/buf@1.75.0 "$@" < /dev/null
}

part_java() {
  build
  java_tests java "$JAVA_HOME"
}

part_newest_java() {
  local jdk
  if ! jdk=$(newer_jdk); then
    skip newest-java "no newer JDK in /usr/lib/jvm"
    return
  fi
  build
  java_tests "java-$(jdk_version "$jdk")" "$jdk"
}

# Compiled by the JDK of the build, run on another.
java_tests() {
  local name=$1 jdk=$2 native
  native=$(deploy/native.sh)
  rm -rf ./*/target/surefire-reports
  check "$name: mvn test" maven -q -Dndstream.native="$native" -Dndstream.test.jvm="$jdk/bin/java" \
    -Dmaven.test.failure.ignore=true test
  mkdir -p "$results/$name"
  find . -path './*/target/surefire-reports/TEST-*.xml' -exec cp {} "$results/$name" \;
}

part_python() {
  build
  install_python test
  mkdir -p "$results/python"
  (cd client-python-stubs && ../.venv/bin/python -m pytest -q --junitxml="$results/python/TEST-python.xml") < /dev/null || true
  check "pytest" test -s "$results/python/TEST-python.xml"
}

main "$@"
