<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>studio</name>
    <message numerus="yes">
        <source>It fills {n} crops it has not seen with {best:.1f} dB now.</source>
        <translation>
            <numerusform>It fills {n} crop it has not seen with {best:.1f} dB now.</numerusform>
            <numerusform>It fills {n} crops it has not seen with {best:.1f} dB now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>None of the {n} photos in it can be used: {reason}</source>
        <translation>
            <numerusform>The one photo in it cannot be used: {reason}</numerusform>
            <numerusform>None of the {n} photos in it can be used: {reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Point at the fill to see its sources. Click or tap to hold them. Arrow keys move by {n} pixels, with Shift by ten times as much; Esc lets go.</source>
        <translation>
            <numerusform>Point at the fill to see its sources. Click or tap to hold them. Arrow keys move by a pixel, with Shift by ten; Esc lets go.</numerusform>
            <numerusform>Point at the fill to see its sources. Click or tap to hold them. Arrow keys move by {n} pixels, with Shift by ten times as much; Esc lets go.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The filled part is saved in the {n} colours of the photo&apos;s palette.</source>
        <translation>
            <numerusform>The filled part is saved in the one colour of the photo&apos;s palette.</numerusform>
            <numerusform>The filled part is saved in the {n} colours of the photo&apos;s palette.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The filled part is saved in the {n} greys of the photo.</source>
        <translation>
            <numerusform>The filled part is saved in the one grey of the photo.</numerusform>
            <numerusform>The filled part is saved in the {n} greys of the photo.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The palette got {n} more colours for what was filled.</source>
        <translation>
            <numerusform>The palette got {n} more colour for what was filled.</numerusform>
            <numerusform>The palette got {n} more colours for what was filled.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in {n} minutes</source>
        <translation>
            <numerusform>in {n} minute</numerusform>
            <numerusform>in {n} minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>on {n} crops it has not seen</source>
        <translation>
            <numerusform>on {n} crop it has not seen</numerusform>
            <numerusform>on {n} crops it has not seen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and {n} more</source>
        <translation>
            <numerusform>{names} and {n} more</numerusform>
            <numerusform>{names} and {n} more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} archives of photos (WebDataset) found; the photos in them are counted as the training begins.</source>
        <translation>
            <numerusform>{n} archive of photos (WebDataset) found; the photos in it are counted as the training begins.</numerusform>
            <numerusform>{n} archives of photos (WebDataset) found; the photos in them are counted as the training begins.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} classes</source>
        <translation>
            <numerusform>{n} class</numerusform>
            <numerusform>{n} classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} cores</source>
        <translation>
            <numerusform>{n} core</numerusform>
            <numerusform>{n} cores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} cores, {memory:.1f} GiB of memory</source>
        <translation>
            <numerusform>{n} core, {memory:.1f} GiB of memory</numerusform>
            <numerusform>{n} cores, {memory:.1f} GiB of memory</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} crops</source>
        <translation>
            <numerusform>{n} crop</numerusform>
            <numerusform>{n} crops</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} failed</source>
        <translation>
            <numerusform>{n} failed</numerusform>
            <numerusform>{n} failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} files</source>
        <translation>
            <numerusform>{n} file</numerusform>
            <numerusform>{n} files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} filled</source>
        <translation>
            <numerusform>{n} filled</numerusform>
            <numerusform>{n} filled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} hours are about {steps}: {seen}</source>
        <translation>
            <numerusform>{n} hour is about {steps}: {seen}</numerusform>
            <numerusform>{n} hours are about {steps}: {seen}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} label maps are left out: {listed}</source>
        <translation>
            <numerusform>{n} label map is left out: {listed}</numerusform>
            <numerusform>{n} label maps are left out: {listed}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} masks belong to no photo by the name.</source>
        <translation>
            <numerusform>{n} mask belongs to no photo by the name.</numerusform>
            <numerusform>{n} masks belong to no photo by the name.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} minutes are about {steps}: {seen}</source>
        <translation>
            <numerusform>{n} minute is about {steps}: {seen}</numerusform>
            <numerusform>{n} minutes are about {steps}: {seen}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} not reached</source>
        <translation>
            <numerusform>{n} not reached</numerusform>
            <numerusform>{n} not reached</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} of {count} masks are left out: {listed}</source>
        <translation>
            <numerusform>{n} of {count} masks is left out: {listed}</numerusform>
            <numerusform>{n} of {count} masks are left out: {listed}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos</source>
        <translation>
            <numerusform>{n} photo</numerusform>
            <numerusform>{n} photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos cannot be filled: {reason}</source>
        <translation>
            <numerusform>{n} photo cannot be filled: {reason}</numerusform>
            <numerusform>{n} photos cannot be filled: {reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos found, all usable.</source>
        <translation>
            <numerusform>{n} photo found, all usable.</numerusform>
            <numerusform>{n} photos found, all usable.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos found, {usable} usable, {skipped} skipped (broken or under {least} px).</source>
        <translation>
            <numerusform>{n} photo found, {usable} usable, {skipped} skipped (broken or under {least} px).</numerusform>
            <numerusform>{n} photos found, {usable} usable, {skipped} skipped (broken or under {least} px).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos have no label map and are left out.</source>
        <translation>
            <numerusform>{n} photo has no label map and is left out.</numerusform>
            <numerusform>{n} photos have no label map and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos have no mask.</source>
        <translation>
            <numerusform>{n} photo has no mask.</numerusform>
            <numerusform>{n} photos have no mask.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos to fill.</source>
        <translation>
            <numerusform>{n} photo to fill.</numerusform>
            <numerusform>{n} photos to fill.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos, {left_out} left out.</source>
        <translation>
            <numerusform>{n} photo, {left_out} left out.</numerusform>
            <numerusform>{n} photos, {left_out} left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos.</source>
        <translation>
            <numerusform>{n} photo.</numerusform>
            <numerusform>{n} photos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} rows name no photo or no mask.</source>
        <translation>
            <numerusform>{n} row names no photo or no mask.</numerusform>
            <numerusform>{n} rows name no photo or no mask.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} s</source>
        <translation>
            <numerusform>{n} s</numerusform>
            <numerusform>{n} s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} skipped, as they were done</source>
        <translation>
            <numerusform>{n} skipped, as it was done</numerusform>
            <numerusform>{n} skipped, as they were done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} steps</source>
        <translation>
            <numerusform>{n} step</numerusform>
            <numerusform>{n} steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} steps of training</source>
        <translation>
            <numerusform>{n} step of training</numerusform>
            <numerusform>{n} steps of training</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} times</source>
        <translation>
            <numerusform>{n} time</numerusform>
            <numerusform>{n} times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} unchanged</source>
        <translation>
            <numerusform>{n} unchanged</numerusform>
            <numerusform>{n} unchanged</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{title}: {n} parts</source>
        <translation>
            <numerusform>{title}: {n} part</numerusform>
            <numerusform>{title}: {n} parts</numerusform>
        </translation>
    </message>
</context>
</TS>
