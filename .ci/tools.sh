#!/usr/bin/env bash
# Finds the JDKs and Maven; installs what is missing where it may (root with apt-get), else says what to install.
#
#   tools.sh exec COMMAND...     runs it with JAVA_HOME and PATH set to a JDK from 17 on
#   tools.sh exec-on N COMMAND   ... set to JDK N and no other
#   tools.sh install             installs all that `make check` needs
#   tools.sh show                prints what was found
#   tools.sh homes               prints the homes of JDK 17 and 25, of those that there are
#
# A JDK is looked for in JDK<N>_HOME, JAVA_HOME, the one of `java` on the PATH, those that update-alternatives knows, all
# that lie beside one of these, and the folders of the usual version managers.
set -euo pipefail

JDK_OLDEST=17
APT_UPDATED=no

fail() {
    echo "weir: $*" >&2
    exit 1
}

# The home of a java, javac or mvn, through all links.
home_of() {
    local file
    file=$(readlink -f "$1" 2>/dev/null || echo "$1")
    dirname "$(dirname "$file")"
}

jdks_known() {
    local variable="JDK${1}_HOME" tool line
    [ -z "${!variable:-}" ] || echo "${!variable}"
    [ -z "${JAVA_HOME:-}" ] || echo "$JAVA_HOME"
    for tool in javac java; do
        ! line=$(command -v "$tool") || home_of "$line"
    done
    if command -v update-alternatives >/dev/null; then
        { update-alternatives --list javac; update-alternatives --list java; } 2>/dev/null | while read -r line; do
            home_of "$line"
        done
    fi
    if [ -x /usr/libexec/java_home ]; then # macOS
        /usr/libexec/java_home -v "$1" 2>/dev/null || true
    fi
}

jdks_all() {
    local known home
    known=$(jdks_known "$1")
    echo "$known"
    while read -r home; do
        [ -z "$home" ] || printf '%s\n' "$(dirname "$home")"/*/
    done <<<"$known"
    printf '%s\n' "${HOME:-/nonexistent}"/.sdkman/candidates/java/*/ "${HOME:-/nonexistent}"/.jdks/*/
}

# The version of the JDK in a folder, such as 17; nothing when there is none with a compiler.
jdk_version() {
    local version=""
    [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 0
    if [ -r "$1/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
    fi
    if [ -z "$version" ]; then
        version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    fi
    echo "$version"
}

# The home of JDK $1, or of the first one from $1 on with $2 = +; nothing when there is none.
find_jdk() {
    local home version seen=" "
    while read -r home; do
        home=${home%/}
        case "$seen" in *" $home "*) continue ;; esac
        seen="$seen$home "
        version=$(jdk_version "$home")
        [ -n "$version" ] || continue
        if [ "$version" -eq "$1" ] || { [ "${2:-}" = + ] && [ "$version" -gt "$1" ]; }; then
            echo "$home"
            return 0
        fi
    done <<<"$(jdks_all "$1")"
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# Installs the first of the named Debian packages that there is; fails when there is none.
apt_install() {
    local package log
    may_install || return 1
    log=$(mktemp)
    if [ "$APT_UPDATED" = no ]; then
        apt-get -q update >"$log" 2>&1 || cat "$log" >&2
        APT_UPDATED=yes
    fi
    for package in "$@"; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            echo "weir: installing $package with apt-get" >&2
            if DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$package" >"$log" 2>&1 </dev/null; then
                rm -f "$log"
                return 0
            fi
            cat "$log" >&2
        fi
    done
    rm -f "$log"
    return 1
}

how_to_install() { # $1 the Debian package, $2 what it is elsewhere
    if command -v apt-get >/dev/null && apt-cache show "$1" >/dev/null 2>&1; then
        echo "run:  sudo apt-get install $1"
    elif command -v brew >/dev/null; then
        echo "run:  brew install $2"
    else
        echo "install $2 from your system's packages or its maker's (a Debian that has it: sudo apt-get install $1)"
    fi
}

# Sets JAVA_HOME and PATH to JDK $1, or with $2 = + to the first from $1 on.
use_jdk() {
    local home
    home=$(find_jdk "$1" "${2:-}")
    if [ -z "$home" ]; then
        if [ "${2:-}" = + ]; then
            ! apt_install "openjdk-$1-jdk-headless" default-jdk-headless || home=$(find_jdk "$1" +)
        else
            ! apt_install "openjdk-$1-jdk-headless" || home=$(find_jdk "$1")
        fi
    fi
    if [ -z "$home" ]; then
        fail "JDK $1${2:+ or newer} is missing (a JDK with javac, not only a JRE). Set JDK${1}_HOME to its folder, or
      $(how_to_install "openjdk-$1-jdk-headless" "openjdk@$1")"
    fi
    export JAVA_HOME="$home" PATH="$home/bin:$PATH"
}

use_maven() {
    command -v mvn >/dev/null || apt_install maven || true
    command -v mvn >/dev/null || fail "mvn is missing: Maven 3.6.3 or newer builds weir.
      $(how_to_install maven maven)"
}

# Clients that nobody here wrote: the tests that use them fail without. $2 the Debian package, $3 what it is elsewhere
need_client() {
    command -v "$1" >/dev/null || apt_install "$2" || true
    command -v "$1" >/dev/null || fail "$1 is missing: tests use it.
      $(how_to_install "$2" "$3")"
}

# Only Maven itself may be what is missing for a command that needs it.
use_tools_of() {
    [ "$1" != mvn ] || use_maven
}

run_tools() {
    local what=${1:-}
    [ $# = 0 ] || shift
    case "$what" in
        exec)
            use_jdk "$JDK_OLDEST" +
            use_tools_of "$1"
            exec "$@"
            ;;
        exec-on)
            use_jdk "$1"
            shift
            use_tools_of "$1"
            exec "$@"
            ;;
        install)
            (use_jdk 17)
            (use_jdk 25)
            use_maven
            command -v mandoc >/dev/null || apt_install mandoc || echo "weir: no mandoc here: the manual pages will not be checked by it" >&2
            need_client openssl openssl openssl
            need_client curl curl curl
            need_client node nodejs node
            need_client perl perl perl
            run_tools show
            ;;
        show)
            local version home
            for version in 17 25; do
                home=$(find_jdk "$version")
                echo "JDK $version  ${home:-missing: set JDK${version}_HOME, or $(how_to_install "openjdk-$version-jdk-headless" "openjdk@$version")}"
            done
            echo "Maven   $(command -v mvn || how_to_install maven maven)"
            echo "mandoc  $(command -v mandoc || how_to_install mandoc mandoc)"
            echo "openssl $(command -v openssl || how_to_install openssl openssl)"
            echo "curl    $(command -v curl || how_to_install curl curl)"
            echo "perl    $(command -v perl || how_to_install perl perl)"
            echo "node    $(command -v node || how_to_install nodejs node)"
            echo "testssl $(command -v testssl.sh || command -v testssl || echo "only make tls-check needs it; $(how_to_install testssl.sh testssl)")"
            ;;
        homes)
            find_jdk 17
            find_jdk 25
            ;;
        *)
            sed -n 's/^# \{0,1\}//; 2,8p' "$0" >&2
            exit 2
            ;;
    esac
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    run_tools "$@"
fi
