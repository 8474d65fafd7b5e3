#!/bin/sh
# The steps behind `make setup` and `make lock`: install.sh packages | jars NAME POM | s3 | keycloak | lock
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
}

# the S3 server of the stack is a Go program; where there is no new Go, the package index has one
s3() {
    echo "Building the S3 server (once, a minute or two)"
    mkdir -p .tools/s3
    go=go
    if ! go version 2>/dev/null | grep -q 'go1\.\(2[6-9]\|[3-9][0-9]\)'; then
        find_uv
        $uv pip install --quiet --target .tools/go --require-hashes --requirement stack/s3/requirements.txt
        go=$PWD/.tools/go/go/bin/go
        chmod -R +x "$PWD"/.tools/go/go/bin "$PWD"/.tools/go/go/pkg/tool 2>/dev/null || true
    fi
    GOBIN=$PWD/.tools/s3 GOTOOLCHAIN=local GOFLAGS=-trimpath \
        "$go" install github.com/versity/versitygw/cmd/versitygw@v1.8.0 2>.tools/build.log ||
        { cat .tools/build.log && exit 1; }
    rm -rf .tools/go .tools/build.log
}

# the identity provider of the stack; its build step settles what is the same for all homes
keycloak() {
    ./prerequisites.sh java maven
    # shellcheck disable=SC2046
    set -- $(grep -v '^#' stack/keycloak/requirements.txt)
    echo "Fetching Keycloak (once, 176 MB)"
    folder=$PWD/.tools/keycloak
    rm -rf "$folder" && mkdir -p "$folder"
    copy=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy
    mvn -B -q $copy "-Dartifact=$1" "-DoutputDirectory=$folder" >"$folder/install.log" 2>&1 ||
        { cat "$folder/install.log" && exit 1; }
    (cd "$folder" && echo "$2  $(basename ./*.tar.gz)" | sha256sum --check --quiet)
    tar -xzf "$folder"/*.tar.gz -C "$folder" --strip-components 1
    # twice 176 MB that nothing reads again
    rm -rf "$folder"/*.tar.gz "$folder/bin/client" ~/.m2/repository/org/keycloak/keycloak-quarkus-dist
    "$folder/bin/kc.sh" build --db=dev-file --health-enabled=false --metrics-enabled=false \
        >"$folder/install.log" 2>&1 || { cat "$folder/install.log" && exit 1; }
}

lock() {
    find_uv
    $uv pip compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url \
        --python-version 3.11 --custom-compile-command "make lock" \
        requirements.in --output-file requirements.txt
}

"$@"
