#!/bin/sh
# Puts the bundle into a disk image: sh packaging/macos/make_dmg.sh "dist/Inpaint Studio.app" dist/inpaint-studio.dmg
#
# The owner's keys stay with the owner. Without these variables the step is left out, with a sentence:
#   SIGN_IDENTITY    the certificate, as "Developer ID Application: ..."
#   NOTARY_PROFILE   a profile that "xcrun notarytool store-credentials" has made
set -eu

if [ "$#" -ne 2 ]; then
    echo "Usage: sh packaging/macos/make_dmg.sh APP DMG" >&2
    exit 2
fi
app=$1
image=$2
here=$(cd "$(dirname "$0")" && pwd)

if [ "$(uname -s)" != Darwin ]; then
    echo "A disk image is made on macOS only: nothing was done."
    exit 0
fi
if [ ! -d "$app" ]; then
    echo "There is no bundle $app; make it first with: make package" >&2
    exit 1
fi

if [ -n "${SIGN_IDENTITY:-}" ]; then
    # The libraries first: the signature of the bundle covers theirs.
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) \
        -exec codesign --force --timestamp --options runtime --sign "$SIGN_IDENTITY" {} +
    codesign --force --deep --timestamp --options runtime --entitlements "$here/entitlements.plist" \
        --sign "$SIGN_IDENTITY" "$app"
    codesign --verify --deep --strict "$app"
else
    echo "SIGN_IDENTITY is not set: the bundle is not signed, and macOS asks before it starts it."
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ditto "$app" "$folder/$(basename "$app")"
ln -s /Applications "$folder/Applications"
hdiutil create -volname "Inpaint Studio" -srcfolder "$folder" -fs HFS+ -format UDZO -ov "$image"

if [ -n "${SIGN_IDENTITY:-}" ] && [ -n "${NOTARY_PROFILE:-}" ]; then
    codesign --force --timestamp --sign "$SIGN_IDENTITY" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
else
    echo "SIGN_IDENTITY and NOTARY_PROFILE are not both set: $image is not notarised."
fi
echo "Made $image."
