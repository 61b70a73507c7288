<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>studio</name>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Nothing is left to copy from: leave more of the photo free of the hole and of excluded parts.</source>
        <translation>没有可供复制的像素了：请少选一些，让照片多留出一些未被修复区和排除区覆盖的部分。</translation>
    </message>
    <message>
        <source>The language of the program, from its next start on</source>
        <translation>程序的语言，下次启动时生效</translation>
    </message>
    <message>
        <source>There is no file {name}; check the name.</source>
        <translation>没有文件 {name}，请检查名称。</translation>
    </message>
</context>
</TS>
