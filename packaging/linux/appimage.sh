#!/bin/sh
# Makes an AppImage of a build: sh packaging/linux/appimage.sh [--strict] FOLDER_OF_THE_BUILD [APPIMAGE]
#
# The folder AppDir is made beside the build and can be started as it is (AppRun). For the one file, appimagetool is needed;
# where it is missing, that is said and nothing fails, unless --strict is given.
set -eu

strict=no
if [ "${1:-}" = --strict ]; then
    strict=yes
    shift
fi
program=${1:-}
if [ ! -x "$program/inpaint-studio" ]; then
    echo "Usage: sh packaging/linux/appimage.sh [--strict] FOLDER_OF_THE_BUILD [APPIMAGE]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
program=$(cd "$program" && pwd)
image=${2:-$program.AppImage}
tree=$program.AppDir
id=io.github.inpaint_studio.InpaintStudio

rm -rf "$tree"
mkdir -p "$tree/usr/bin" "$tree/usr/lib"
# Hard links where the disk can make them: the build is large.
cp -al "$program" "$tree/usr/lib/inpaint-studio" 2>/dev/null || cp -a "$program" "$tree/usr/lib/inpaint-studio"
ln -s ../lib/inpaint-studio/inpaint-studio "$tree/usr/bin/inpaint-studio"
"${PYTHON:-python3}" "$here/desktop_files.py" "$tree/usr/share" "$program"
# Tools of AppImages look for the metainfo under its former name.
ln -s "$id.metainfo.xml" "$tree/usr/share/metainfo/$id.appdata.xml"
ln -s usr/bin/inpaint-studio "$tree/AppRun"
ln -s "usr/share/applications/$id.desktop" "$tree/$id.desktop"
ln -s "usr/share/icons/hicolor/256x256/apps/$id.png" "$tree/$id.png"
ln -s "$id.png" "$tree/.DirIcon"
echo "Made $tree."

if ! command -v appimagetool >/dev/null 2>&1; then
    echo "No AppImage was made: appimagetool is missing (https://github.com/AppImage/appimagetool)."
    if [ "$strict" = yes ]; then exit 1; fi
    exit 0
fi
ARCH=$(uname -m) appimagetool --no-appstream "$tree" "$image"
echo "Made $image."
