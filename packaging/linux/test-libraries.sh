#!/bin/sh
# Installs the system packages that the tests need and that are missing: Qt's libraries, a virtual screen, a mouse for it.
# Debian and Ubuntu only; elsewhere it prints what is missing, and the tests go on as far as they can.
set -eu

[ "$(uname -s)" = Linux ] || exit 0

PACKAGES="libegl1 libgl1 libopengl0 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0
    libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
    libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1 fonts-dejavu-core xvfb xdotool
    desktop-file-utils appstream shared-mime-info"

missing=""
if command -v dpkg-query >/dev/null 2>&1; then
    for package in $PACKAGES; do
        # A library may have its newer name, with 64-bit times (libglib2.0-0t64).
        for name in "$package" "${package}t64"; do
            if dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed'; then continue 2; fi
        done
        missing="$missing $package"
    done
else
    for program in Xvfb xdotool; do
        command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
    done
fi
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo"; else as_root="none"; fi
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing for the window tests:$missing" >&2
    echo "On Debian and Ubuntu: sudo apt-get install$missing" >&2
    exit 0
fi
echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086  # one word for each package
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
