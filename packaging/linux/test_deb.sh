#!/bin/sh
# Installs a .deb in a clean Debian, starts the program there, and deletes it again: sh packaging/linux/test_deb.sh DEB
#
# Needs root, mmdebstrap and xvfb-run; where one is missing, it says so and leaves the test out. SUITE names another release
# (bookworm), BASE a tar file of its root that was made before, ROOT_FOLDER a folder for the root, LOOK a file for a
# picture of the window.
set -eu

deb=${1:-}
if [ ! -f "$deb" ]; then
    echo "Usage: sh packaging/linux/test_deb.sh DEB; make one with: make deb" >&2
    exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "The test of the .deb is left out: it needs root."
    exit 0
fi
for tool in mmdebstrap dpkg-deb chroot xvfb-run; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "The test of the .deb is left out: $tool is missing."
        exit 0
    fi
done

suite=${SUITE:-bookworm}
folder=${ROOT_FOLDER:-$(mktemp -d)}
root=$folder/root
package=$(dpkg-deb -f "$deb" Package)
repository=$(cd "$(dirname "$0")/../.." && pwd)

finish() {
    for place in tmp/.X11-unix proc dev; do
        umount "$root/$place" 2>/dev/null || true
    done
    if mount | grep -q " $root/"; then
        echo "$root is still in use; delete it by hand." >&2
    else
        rm -rf "$folder"
    fi
}
trap finish EXIT
trap 'exit 130' INT TERM

# `inside` runs a program in the root as its administrator, `as_user` as a user with an empty home.
inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root "$@"
}
as_user() {
    chroot --userspec=1000:1000 "$root" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/home/tester \
        DISPLAY="${DISPLAY:-}" QT_QPA_PLATFORM="${PLATFORM:-offscreen}" sh -c "cd && $1"
}
files() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./tmp -o -path ./run \
        -o -path ./home -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) -prune -o -print) | sort
}
step() { echo "-- $*"; }

step "A clean $suite"
mkdir -p "$folder"
if [ -n "${BASE:-}" ]; then
    mkdir "$root" && tar -C "$root" -xf "$BASE"
else
    mmdebstrap --quiet --variant=minbase "$suite" "$root"
fi
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
mkdir -p "$root/home/tester" "$root/tmp/.X11-unix"
chown 1000:1000 "$root/home/tester"
cp /etc/resolv.conf "$root/etc/resolv.conf"

step "Its libraries, from the release alone"
cp "$deb" "$root/tmp/studio.deb"
inside apt-get -qq update
dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/([^)]*)//; s/|.*//; s/ //g' >"$folder/depends"
# shellcheck disable=SC2046  # one word for each package
inside DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $(cat "$folder/depends") >/dev/null
files >"$folder/before"

step "Installed"
inside DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/studio.deb >/dev/null
as_user "inpaint-studio --version"
as_user "inpaint-studio doctor"

step "A fill"
cp "$repository/resources/samples/perched-osprey.jpg" "$repository/resources/samples/perched-osprey-hole.png" \
    "$root/home/tester"
as_user "inpaint-studio fill perched-osprey.jpg --mask perched-osprey-hole.png -o filled.png"
test -s "$root/home/tester/filled.png"

step "A window"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix" 2>/dev/null || true
cat >"$folder/window.sh" <<SCRIPT
set -eu
# The program runs until it is asked to close.
chroot --userspec=1000:1000 "$root" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/home/tester DISPLAY="\$DISPLAY" \
    inpaint-studio file:///home/tester/perched-osprey.jpg &
program=\$!
for _ in \$(seq 60); do
    kill -0 "\$program" 2>/dev/null || { echo "The program ended by itself." >&2; exit 1; }
    if xwininfo -root -tree | grep -q 'perched-osprey.jpg'; then found=1; break; fi
    sleep 1
done
xwininfo -root -tree | grep 'perched-osprey.jpg'
sleep 3
if [ -n "${LOOK:-}" ]; then import -window root "${LOOK:-}" || true; fi
kill -TERM "\$program"
wait "\$program"
test "\${found:-}" = 1
SCRIPT
if command -v xwininfo >/dev/null 2>&1; then
    xvfb-run -a -s "-ac -screen 0 1440x900x24" sh "$folder/window.sh"
else
    echo "The window is left out: xwininfo is missing."
fi

step "Deleted"
umount "$root/tmp/.X11-unix" 2>/dev/null || true
inside DEBIAN_FRONTEND=noninteractive dpkg --purge "$package" >/dev/null
files >"$folder/after"
# Lists and caches that programs of the release keep about what is installed are not files of the package.
if diff "$folder/before" "$folder/after" | grep -v -e '^[0-9]' -e '/var/lib/dpkg/' -e '/usr/share/mime/' >"$folder/left"; then
    echo "The package left or deleted these files:" >&2
    cat "$folder/left" >&2
    exit 1
fi
echo "The package installs, starts and leaves nothing behind."
