#!/bin/sh
# Says in one sentence which Debian package is missing: prerequisites.sh python|venv|java|javac|maven|chromium|sshd …
stop() {
    echo "$1" >&2
    exit 1
}

need_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        stop "Ratelake needs Python 3.11 or newer: apt-get install python3"
}

# only where there is no uv: it is installed by pip then
need_venv() {
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
        stop "Ratelake needs Python's venv module, or uv on the PATH: apt-get install python3-venv"
}

# Cassandra runs on 17 at most, and Spark 4.2 on 17 at least
need_java() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    found=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
    case $found in
        17) ;;
        "") stop "Ratelake needs Java 17: apt-get install openjdk-17-jdk-headless" ;;
        *) stop "Ratelake needs Java 17, not $found: apt-get install openjdk-17-jdk-headless, and set JAVA_HOME to it" ;;
    esac
}

# compiles the class by which Spark commits on S3
need_javac() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}javac" -version >/dev/null 2>&1 ||
        stop "Ratelake compiles a class for Spark with Java's compiler: apt-get install openjdk-17-jdk-headless"
}

need_maven() {
    command -v mvn >/dev/null || stop "Ratelake needs Maven to fetch its JARs: apt-get install maven"
}

# the dashboards' page tests drive a real browser; CI runs as root and installs it
need_chromium() {
    command -v chromium >/dev/null && return
    [ "$(id -u)" = 0 ] || stop "The page tests need Chromium: apt-get install chromium"
    echo "Installing Chromium for the page tests"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y chromium; } >/dev/null ||
        stop "Chromium could not be installed: apt-get install chromium"
}

# the server that partners bring files to, and in the tests the one that files are fetched from
need_sshd() {
    packages="openssh-server libnss-wrapper"
    PATH=$PATH:/usr/sbin command -v sshd >/dev/null &&
        find /usr/lib* -name libnss_wrapper.so 2>/dev/null | grep -q . && return
    [ "$(id -u)" = 0 ] || stop "Tests and bench of SFTP need an SSH server: apt-get install $packages"
    echo "Installing the SSH server for tests and bench of SFTP"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends $packages; } >/dev/null ||
        stop "The SSH server could not be installed: apt-get install $packages"
}

for need in "$@"; do
    "need_$need"
done
