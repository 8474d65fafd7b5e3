#!/bin/sh
# The steps behind `make setup` and `make lock`: install.sh packages | jars NAME POM | s3 | keycloak | trino | lock
set -eu
cd "$(dirname "$0")"

# uv is the machine's own, or the locked one, which pip installs into .uv in seconds
find_uv() {
    uv=uv
    uv --version >/dev/null 2>&1 && return
    uv=.uv/bin/uv
    [ -x $uv ] && return
    ./prerequisites.sh venv
    python3 -m venv .uv
    sed -n '/^uv==/,/# via/p' requirements.txt >.uv/locked.txt
    .uv/bin/pip --quiet --disable-pip-version-check install \
        --require-hashes --no-deps --requirement .uv/locked.txt
}

# bytecode is compiled here once: dbt starts in half the time, and every process of the tests
packages() {
    find_uv
    echo "Installing Python packages into .venv (once, about half a minute)"
    $uv venv --quiet --allow-existing --no-managed-python --no-python-downloads \
        --python python3 .venv
    into="--quiet --python .venv --compile-bytecode"
    $uv pip sync $into --require-hashes requirements.txt
    $uv pip install $into --no-deps --no-build-isolation --editable .
    # dbt reads all models here once: every new home begins with what it found
    .venv/bin/dbt --quiet --log-path target parse
}

jars() {
    echo "Fetching the JARs of $1"
    rm -rf ".jars/$1" && mkdir -p ".jars/$1"
    copy=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
    mvn -B -q -f "$2" $copy -DincludeScope=runtime "-DoutputDirectory=$PWD/.jars/$1" \
        >".jars/$1.log" 2>&1 || { cat ".jars/$1.log" && exit 1; }
    [ "$1" != spark ] || log_store
}

# how Delta commits on S3 is a class of ours, compiled against pyspark's JARs and those just fetched
log_store() {
    ./prerequisites.sh javac
    java=${JAVA_HOME:+$JAVA_HOME/bin/}
    pyspark=$(.venv/bin/python -c 'import pyspark; print(pyspark.__path__[0])')
    classes=$(mktemp -d)
    "${java}javac" -nowarn -proc:none -cp "$pyspark/jars/*:.jars/spark/*" -d "$classes" \
        spark_conf/logstore/*.java && "${java}jar" cf .jars/spark/log-store.jar -C "$classes" . ||
        { rm -r "$classes" && exit 1; }
    rm -r "$classes"
}

# the S3 server of the stack is a Go program; where there is no new Go, the package index has one
s3() {
    echo "Building the S3 server (once, a minute or two)"
    rm -rf .tools/s3 && mkdir -p .tools/s3
    go=go
    if ! go version 2>/dev/null | grep -q 'go1\.\(2[6-9]\|[3-9][0-9]\)'; then
        into .tools/s3/go stack/s3/requirements.txt
        go=$PWD/.tools/s3/go/go/bin/go
        chmod -R +x "$PWD"/.tools/s3/go/go/bin "$PWD"/.tools/s3/go/go/pkg/tool 2>/dev/null || true
    fi
    GOBIN=$PWD/.tools/s3 GOTOOLCHAIN=local GOFLAGS=-trimpath \
        "$go" install github.com/versity/versitygw/cmd/versitygw@v1.8.0 2>.tools/s3.log ||
        { cat .tools/s3.log && exit 1; }
    rm -rf .tools/s3/go .tools/s3.log
}

# the metastore's database: the archive in PostgreSQL's JAR, which Python opens
metastore() {
    jars metastore stack/metastore/pom.xml
    rm -rf .tools/metastore && mkdir -p .tools/metastore
    python3 - .jars/metastore/embedded-postgres-binaries-*.jar .tools/metastore <<'END'
import sys, tarfile, zipfile
with zipfile.ZipFile(sys.argv[1]) as jar:
    [name] = [name for name in jar.namelist() if name.endswith(".txz")]
    with jar.open(name) as file, tarfile.open(fileobj=file, mode="r:xz") as archive:
        archive.extractall(sys.argv[2])
END
    rm .jars/metastore/embedded-postgres-binaries-*.jar
}

# of the server only what the home's Trino needs stays
trino() {
    echo "Fetching Trino (once: 820 MB, of which 400 MB stay)"
    unpack trino io.trino:trino-server:476:tar.gz
    mv .tools/trino/trino-server-476 .tools/trino/server
    # JARs are links to those of other plugins: all are unpacked, then most removed
    find .tools/trino/server/plugin -mindepth 1 -maxdepth 1 ! -name delta-lake ! -name cassandra \
        ! -name password-authenticators -exec rm -rf {} +
    rm -rf .tools/trino/server/bin/darwin*
    into .tools/trino/java stack/trino/requirements.txt
}

# the identity provider; its build step settles what is the same for all homes
keycloak() {
    echo "Fetching Keycloak (once, 176 MB)"
    # shellcheck disable=SC2046
    unpack keycloak $(grep -v '^#' stack/keycloak/requirements.txt)
    mv .tools/keycloak/keycloak-* .tools/keycloak/server
    .tools/keycloak/server/bin/kc.sh build --db=dev-file --health-enabled=false \
        --metrics-enabled=false >.tools/keycloak.log 2>&1 || { cat .tools/keycloak.log && exit 1; }
    rm -rf .tools/keycloak.log .tools/keycloak/server/bin/client
}

# an archive from Maven Central: unpack PART ARTIFACT [SHA-256]; by a repository of its own, as Maven keeps what it fetches
unpack() {
    rm -rf ".tools/$1" && mkdir -p ".tools/$1"
    get=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get
    mvn -B -q $get "-Dartifact=$2" -Dtransitive=false "-Dmaven.repo.local=$PWD/.tools/$1/maven" \
        >".tools/$1.log" 2>&1 || { cat ".tools/$1.log" && exit 1; }
    archive=$(find ".tools/$1/maven" -name "$(echo "$2" | cut -d: -f2,3 | tr : -).tar.gz")
    [ -z "${3:-}" ] || echo "$3  $archive" | sha256sum --check --quiet
    tar xzf "$archive" -C ".tools/$1"
    rm -rf ".tools/$1/maven" ".tools/$1.log"
}

# a program from the package index, beside those of .venv
into() {
    find_uv
    $uv pip install --quiet --target "$1" --require-hashes --requirement "$2"
}

lock() {
    find_uv
    $uv pip compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url \
        --python-version 3.11 --custom-compile-command "make lock" \
        requirements.in --output-file requirements.txt
}

"$@"
