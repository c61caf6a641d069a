#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes corpus/zip/: sound JARs in miniature and one for each way to be
unsound.  A file is called EXPECTED.WHAT.jar, where EXPECTED is `ok` or the
public code of the refusal; tests/unit/modules/apps/inspect/test_jar.c holds
the reader to it.  What libFuzzer found is called found.CODE.RULE-NUMBER, by
the code and the rule that the reader names, and is not made here.

    python3 tests/fuzz/make_corpus_zip.py tests/fuzz/corpus/zip
"""
import os
import struct
import sys

from make_zip import Archive, END, deflate

CLASS17 = struct.pack(">IHH", 0xCAFEBABE, 0, 61) + bytes(16)
CLASS21 = struct.pack(">IHH", 0xCAFEBABE, 0, 65) + bytes(16)
SERVICE = "META-INF/services/org/apache/camel/component/"
MAVEN = "META-INF/maven/"
API = MAVEN + "org.apache.camel/camel-api/pom.properties"
POM = "#Created by Maven\ngroupId=org.apache.camel\nversion=4.17.0\n"


def manifest(*lines):
    return "\r\n".join(("Manifest-Version: 1.0",) + lines) + "\r\n\r\n"


def base(manifest_text=None, archive=None, **main):
    """Returns a Camel Main application; `main` holds faults of
    demo/App.class."""
    a = archive or Archive()
    a.add("META-INF/", flags=0, method=0)
    a.add("META-INF/MANIFEST.MF",
          manifest_text or manifest("Main-Class: demo.App"))
    a.add("demo/App.class", CLASS17, **main)
    a.add("org/apache/camel/CamelContext.class", CLASS17, flags=0x808)
    a.add("org/apache/camel/main/Main.class", CLASS17, flags=0x808)
    a.add(API, POM, flags=0x808)
    return a


def signed(sections):
    """Returns an application with a signature and these manifest sections."""
    section = "Name: demo/App.class\r\nSHA-256-Digest: b25l\r\n\r\n"
    return base(manifest("Main-Class: demo.App") + sections).add(
        "META-INF/ACME.SF", "Signature-Version: 1.0\r\n\r\n" + section
        ).add("META-INF/ACME.RSA", b"\x30\x82")


def camel_main():
    a = base()
    a.add(MAVEN + "org.apache.camel/camel-observability-services/"
          "pom.properties", POM)
    for name in "timer", "log", "platform-http":
        a.add(SERVICE + name, "# generated\nclass=org.apache.camel.X\n")
    a.add("META-INF/versions/21/demo/App.class", CLASS21)
    a.add("application.properties", "camel.main.name=demo\n"
          "db.password = ${DB_PASSWORD}\nmq.password={{mq}}\n")
    return a


def library(*entries):
    a = Archive()
    a.add("META-INF/MANIFEST.MF", manifest())
    for name, data in entries:
        a.add(name, data, flags=0x808)
    return a.bytes()


SPRING = manifest(
    "Main-Class: org.springframework.boot.loader.launch.JarLauncher",
    "Start-Class: demo.App", "Spring-Boot-Version: 3.5.16")
LIB = "BOOT-INF/lib/"


def spring_boot(manifest_text=SPRING, spring=True):
    a = Archive()
    a.add("META-INF/MANIFEST.MF", manifest_text)
    a.add("org/springframework/boot/loader/launch/JarLauncher.class", CLASS17)
    a.add("BOOT-INF/classes/demo/App.class", CLASS17)
    a.add("BOOT-INF/classes/application.yml", "server:\n  port: 8080\n")
    a.add("BOOT-INF/classes/" + SERVICE + "orders", "class=demo.Orders\n")
    if spring:
        a.add(LIB + "spring-boot-3.5.16.jar", library(), method=0)
    a.add(LIB + "camel-api-4.17.0.jar", library((API, POM)), method=0)
    a.add(LIB + "camel-main-4.17.0.jar", library(), method=0)
    a.add(LIB + "camel-timer-4.17.0.jar",
          library((SERVICE + "timer", "class=T\n")), method=0)
    a.add(LIB + "camel-log-4.17.0.jar",
          library((SERVICE + "log", "class=L\n")), method=0)
    a.add(LIB + "camel-observability-services-4.17.0.jar", library(),
          method=0)
    return a


def quarkus():
    a = Archive()
    a.add("META-INF/", flags=0x800, method=0)
    a.add("META-INF/MANIFEST.MF", manifest(
        "Add-Opens: java.base/java.lang", "Class-Path: ",
        "Main-Class: io.quarkus.runner.GeneratedMain", "Multi-Release: true"))
    a.add("META-INF/", flags=0x800, method=0)
    a.add("io/quarkus/runner/GeneratedMain.class", CLASS17)
    a.add("io/quarkus/runner/ApplicationImpl.class", CLASS21)
    a.add("demo/Routes.class", CLASS17)
    a.add("org/apache/camel/CamelContext.class", CLASS17)
    a.add("org/apache/camel/main/Main.class", CLASS17)
    a.add(API, POM)
    a.add(MAVEN + "io.quarkus/quarkus-core/pom.properties",
          "version=3.31.1\r\n")
    a.add(MAVEN + "org.apache.camel.quarkus/camel-quarkus-observability-"
          "services/pom.properties", "version=3.31.0\n")
    a.add(SERVICE + "timer", "class=T\n")
    return a


def sound():
    yield "camel-main", camel_main().bytes()
    yield "spring-boot", spring_boot().bytes()
    yield "quarkus", quarkus().bytes()
    yield "main-in-loader-layout", spring_boot(manifest(
        "Main-Class: org.springframework.boot.loader.launch.JarLauncher",
        "Start-Class: demo.App"), spring=False).bytes()
    yield "comment", base().bytes(comment=b"made by hand")
    yield "descriptor-without-signature", base(
        flags=0x808, descriptor="bare").bytes()
    yield "mode-all-ones", base(mode=0xFFFF).bytes()
    yield "mode-file", base(mode=0o100644).bytes()
    yield "local-extra", base(
        local_extra=struct.pack("<HH", 0xCAFE, 0)).bytes()
    yield "manifest-folded", base(
        "manifest-version: 1.0\nmain-CLASS: dem\n o.App\nX: y\n").bytes()
    # Quarkus: the first META-INF/ is in no record, the second in two
    a = Archive().raw(Archive().add("META-INF/").out)
    a.add("META-INF/")
    a.add("META-INF/", header=a.entries[0]["header"], ghost=1)
    yield "directory-twice", base(archive=a).bytes()
    # Gradle: two licences are one record twice, and one lost entry
    a = base().raw(Archive().add("LICENSE", b"same").out)
    a.add("LICENSE", b"same")
    a.add("LICENSE", b"same", header=a.entries[-1]["header"], ghost=1)
    yield "lost-copy", a.bytes()
    # as JDK and Ant write what they cannot seek back in
    yield "local-zip64", base(local_extra=struct.pack(
        "<HHQQ", 1, 16, 0, 0)).bytes()
    yield "names-twice", base().add("org/", method=0).add(
        "org/lib/Twice.class", CLASS17).add("LICENSE", b"one").add(
        "org/", method=0).add("org/lib/Twice.class", CLASS21).add(
        "LICENSE", b"two").add(API, POM).bytes()
    yield "nested-class-twice", spring_boot().add(
        LIB + "xmlbeans-2.6.0.jar", Archive().add(
            "org/lib/Twice.class", CLASS17).add(
            "org/lib/Twice.class", CLASS21).bytes(), method=0).bytes()
    yield "script", base(archive=Archive().raw(
        b"#!/bin/sh\nexec java -jar \"$0\"\nexit 0\n")).bytes()
    yield "signed", signed("Name: demo/App.class\r\n"
                           "SHA-256-Digest: b25l\r\n\r\n").bytes()
    yield "spring-boot-shaded", base().add(
        "org/springframework/boot/SpringApplication.class", CLASS17).bytes()
    yield "warnings", base().add(
        "application.yaml",
        "a:\n  password: hunter2hunter\n  url: amqp://u:secret@host/\n"
        ).add("keys/server.p12", b"\x30\x82").bytes()


def ends():
    a = base()
    yield "jar_not_zip.empty", b""
    yield "jar_not_zip.short", b"PK"
    yield "jar_not_zip.text", b"#!/bin/sh\nexit 0\n" * 8
    yield "jar_not_zip.elf", b"\x7fELF" + bytes(100)
    yield "jar_truncated.half", a.bytes()[:400]
    yield "jar_truncated.last-byte", a.bytes()[:-1]
    yield "jar_truncated.appended", a.bytes() + b"appended"
    yield "jar_truncated.directory-behind-end", a.bytes(
        central_at=1 << 30)
    yield "jar_two_ends.in-comment", a.bytes(
        comment=struct.pack("<I", END) + bytes(18))
    inner = a.bytes(comment=bytes(22), comment_len=22)
    yield "jar_two_ends.nested-comment", inner[:-22] + struct.pack(
        "<IHHHHIIH", END, 0, 0, 0, 0, 0, 0, 0)
    yield "jar_prefix.script", b"#!/bin/sh\n" + a.bytes()
    yield "jar_prefix.counted", base(archive=Archive().raw(
        b"MZ: a program\n")).bytes()
    yield "jar_prefix.archive-in-script", base(archive=Archive().raw(
        b"#!/bin/sh\n" + Archive().add("x", b"x").bytes())).bytes()
    yield "jar_prefix.long-script", base(archive=Archive().raw(
        b"#!/bin/sh\n" + b"#\n" * 33000)).bytes()
    yield "jar_prefix.no-entry", Archive().raw(b"PK\3\4nothing").bytes()
    yield "jar_prefix.between", a.bytes(between=b"between")
    yield "jar_zip64.count", a.bytes(count=0xFFFF)
    yield "jar_zip64.directory", a.bytes(central_at=0xFFFFFFFF)
    yield "jar_zip64.length", a.bytes(central_len=0xFFFFFFFF)
    yield "jar_zip64.locator", a.bytes(
        between=b"PK\6\7" + bytes(16))
    yield "jar_multi_disk.end", a.bytes(disk=1)
    yield "jar_multi_disk.count", a.bytes(count_here=1)
    yield "jar_too_large.directory", a.bytes(central_len=17 << 20)
    yield "jar_corrupt.count-more", a.bytes(count=7)
    yield "jar_corrupt.count-far-more", a.bytes(count=60000)
    yield "jar_corrupt.count-less", a.bytes(count=5)
    central = a.central()
    yield "jar_corrupt.signature", a.bytes(
        central=b"PK\1\3" + central[4:])
    yield "jar_corrupt.over-end", a.bytes(
        central=central[:-len(API) - 18] + b"\xff" + central[-len(API) - 17:])


def names():
    for what, name in (
            ("absolute", "/etc/passwd"), ("parent", "../x"),
            ("parent-within", "a/../../x"), ("parent-last", "a/.."),
            ("dot", "./x"), ("double-slash", "a//b"),
            ("backslash", "a\\..\\b"), ("drive", "C:x"),
            ("nul", "a\0b"), ("newline", "a\nb"), ("delete", "a\x7f"),
            ("empty", ""), ("not-utf8", b"a\xc0\xaf"),
            ("long", "x" * 1025)):
        yield "jar_unsafe_name." + what, base().add(name, b"x").bytes()


def entries():
    yield "jar_duplicate_name.file", base().add(
        "demo/App.class", CLASS21).bytes()
    yield "jar_duplicate_name.settings", base().add(
        "application.yaml", "a: 1\n").add(
        "application.yaml", "a: 2\n").bytes()
    yield "jar_duplicate_name.version", base().add(
        API, "version=4.18.0\n").bytes()
    yield "jar_duplicate_name.manifest", base().add(
        "META-INF/MANIFEST.MF", manifest("Main-Class: demo.App")).bytes()
    yield "jar_duplicate_name.nested-jar", spring_boot().add(
        LIB + "spring-boot-3.5.16.jar", Archive().add("x", b"x").bytes(),
        method=0).bytes()
    yield "jar_duplicate_name.nested-version", spring_boot().add(
        LIB + "x-1.jar", Archive().add(API, POM).add(
            API, "version=1\n").bytes(), method=0).bytes()
    yield "jar_duplicate_name.file-and-directory", base().add(
        "x", b"x").add("x-y", b"x").add("x/", method=0).bytes()
    yield "jar_duplicate_name.file-above-file", base().add(
        "x/y", b"x").add("x", b"x").bytes()
    yield "jar_duplicate_name.manifest-case", base().add(
        "meta-inf/manifest.mf", manifest()).bytes()
    yield "jar_encrypted.plain", base(flags=0x801).bytes()
    yield "jar_encrypted.strong", base(flags=0x841).bytes()
    yield "jar_encrypted.masked", base(flags=0x2800).bytes()
    yield "jar_unsupported.flags", base(flags=0x820).bytes()
    yield "jar_unsupported.method", base(
        method=12, body=CLASS17).bytes()
    yield "jar_multi_disk.entry", base(disk=1).bytes()
    yield "jar_symlink.link", base(mode=0o120777).bytes()
    yield "jar_symlink.device", base(mode=0o060600).bytes()
    yield "jar_zip64.size", base(size=0xFFFFFFFF).bytes()
    yield "jar_zip64.extra", base(
        extra=struct.pack("<HHQ", 1, 8, 5)).bytes()
    yield "jar_mismatch.unicode-name", base(
        extra=struct.pack("<HH", 0x7075, 5) + bytes(5)).bytes()
    yield "jar_corrupt.extra", base(extra=b"\1\0\xff\xff").bytes()
    yield "jar_corrupt.extra-short", base(extra=b"\1\0\0").bytes()
    yield "jar_corrupt.directory-content", base().add(
        "x/", b"x").bytes()
    yield "jar_corrupt.stored-sizes", base(method=0, size=5).bytes()
    yield "jar_corrupt.nothing-deflated", base(
        body=b"", packed=0).bytes()
    yield "jar_bomb.ratio", base().add(
        "bomb.txt", bytes(2 << 20), flags=0x808).bytes()
    a = base()
    for i in range(9):
        a.add("big/%d" % i, b"x", size=0x8000000, packed=0xB0000 + i)
    yield "jar_bomb.sum", a.bytes()


def layouts():
    yield "jar_mismatch.name", base(local_name=b"demo/Axx.class").bytes()
    yield "jar_mismatch.name-length", base(local_name=b"demo/A").bytes()
    yield "jar_mismatch.method", base(local_method=0).bytes()
    yield "jar_mismatch.flags", base(local_flags=0).bytes()
    yield "jar_mismatch.encrypted", base(local_flags=0x801).bytes()
    yield "jar_mismatch.size", base(local_size=5).bytes()
    yield "jar_mismatch.crc", base(local_crc=5).bytes()
    yield "jar_mismatch.zip64", base(
        local_size=0xFFFFFFFF, local_packed=0xFFFFFFFF).bytes()
    yield "jar_mismatch.descriptor", base(
        flags=0x808, descriptor="wrong").bytes()
    yield "jar_mismatch.no-descriptor", base().add(
        "last", b"x", flags=0x808, descriptor="none").bytes()
    yield "jar_corrupt.local-signature", base(local_sig=0x04034B51).bytes()
    yield "jar_mismatch.local-unicode-name", base(
        local_extra=struct.pack("<HH", 0x7075, 5) + bytes(5)).bytes()
    yield "jar_zip64.local", base(local_extra=struct.pack(
        "<HHQQ", 1, 16, 5, 5)).bytes()
    yield "jar_zip64.local-short", base(local_extra=struct.pack(
        "<HHQ", 1, 8, 0)).bytes()
    yield "jar_corrupt.local-extra", base(
        local_extra=b"\1\0\xff\xff").bytes()
    yield "jar_gap.between", base().raw(b"hidden").add("x", b"x").bytes()
    yield "jar_gap.lost", base().raw(
        Archive().add("x", b"x").out).add("y", b"y").bytes()
    yield "jar_gap.lost-last", base().raw(
        Archive().add("x", b"x").out).bytes()
    yield "jar_gap.lost-other-content", base().raw(
        Archive().add("x", b"x").out).add("x", b"y").bytes()
    yield "jar_corrupt.lost-directory-with-content", base().raw(
        Archive().add("x/", b"x").out).add("x", b"x").bytes()
    yield "jar_gap.last", base().raw(b"hidden").bytes()
    a = base()
    yield "jar_overlap.same", a.add(
        "quine", CLASS17, header=a.entries[2]["header"], ghost=1).bytes()
    a = base().add("LICENSE", b"same")
    yield "jar_overlap.one-name-other-size", a.add(
        "LICENSE", b"same", header=a.entries[-1]["header"], ghost=1,
        size=5).bytes()
    a = base()
    yield "jar_overlap.within", a.add(
        "inner", b"x", header=a.entries[2]["header"] + 10, ghost=1).bytes()
    yield "jar_overlap.directory", base().add(
        "last", b"x", packed=500, body=b"").bytes()


def contents():
    text = b"name=value\n" * 20
    yield "jar_corrupt.crc", base().add(
        "a.properties", text, crc=1).bytes()
    yield "jar_corrupt.crc-stored", base().add(
        "a.properties", text, method=0, crc=1).bytes()
    yield "jar_corrupt.longer", base().add(
        "a.properties", text, size=len(text) - 1).bytes()
    yield "jar_corrupt.longer-than-none", base().add(
        "a.properties", text, size=0).bytes()
    yield "jar_corrupt.shorter", base().add(
        "a.properties", text, size=len(text) + 1).bytes()
    yield "jar_corrupt.data-behind", base().add(
        "a.properties", text, body=deflate(text) + b"behind").bytes()
    yield "jar_corrupt.data-cut", base().add(
        "a.properties", text, body=deflate(text)[:-3]).bytes()
    blob = bytes(range(256)) * 600
    yield "jar_corrupt.unread-crc", base().add(
        "logo.png", blob, crc=1).bytes()
    yield "jar_corrupt.unread-crc-stored", base().add(
        "logo.png", blob, method=0, crc=1).bytes()
    yield "jar_corrupt.unread-longer", base().add(
        "logo.png", blob, size=len(blob) - 1).bytes()
    yield "jar_corrupt.unread-shorter", base().add(
        "logo.png", blob, size=len(blob) + 1).bytes()
    yield "jar_corrupt.unread-behind", base().add(
        "logo.png", blob, body=deflate(blob) + b"behind").bytes()
    yield "jar_corrupt.unread-cut", base().add(
        "logo.png", blob, body=deflate(blob)[:-3]).bytes()
    yield "jar_corrupt.unread-nested", spring_boot().add(
        LIB + "x-1.jar", Archive().add("a.png", b"a", crc=1).bytes(),
        method=0).bytes()
    yield "jar_corrupt.no-deflate", base().add(
        "a.properties", text, body=b"\xff" * 30).bytes()


def kinds():
    a = Archive().add("readme.txt", "hello\n")
    yield "jar_no_manifest.zip", a.bytes()
    yield "jar_no_manifest.nothing", Archive().bytes()
    yield "jar_bad_manifest.nul", base("Main-Class: demo\0.App\n").bytes()
    yield "jar_bad_manifest.byte-order-mark", base(
        "\ufeff" + manifest("Main-Class: demo.App")).bytes()
    yield "jar_bad_manifest.twice", base(
        manifest("Main-Class: demo.App", "main-class: demo.B")).bytes()
    yield "jar_bad_manifest.large", base("X: y\n" * 60000).bytes()
    yield "jar_bad_manifest.class", base(
        manifest("Main-Class: demo App")).bytes()
    yield "jar_bad_manifest.start-class", spring_boot(manifest(
        "Main-Class: org.springframework.boot.loader.launch.JarLauncher",
        "Start-Class: a b")).bytes()
    yield "jar_no_main_class.none", base(manifest()).bytes()
    yield "jar_no_main_class.other-section", base(
        manifest() + "Name: x\r\nMain-Class: demo.App\r\n").bytes()
    yield "jar_no_main_class.absent", base(
        manifest("Main-Class: demo.Other")).bytes()
    yield "jar_no_main_class.start-class", spring_boot(manifest(
        "Main-Class: org.springframework.boot.loader.launch.JarLauncher")
        ).bytes()
    yield "jar_fast_jar.run", Archive().add("META-INF/MANIFEST.MF", manifest(
        "Class-Path: lib/boot/a.jar", "Main-Class: "
        "io.quarkus.bootstrap.runner.QuarkusEntryPoint")).bytes()
    yield "jar_fast_jar.thin", Archive().add(
        "META-INF/MANIFEST.MF", manifest()).add(
        MAVEN + "demo/qk/pom.properties", "version=1\n").add(
        MAVEN + "demo/qk/pom.xml",
        "<groupId>io.quarkus.platform</groupId>").bytes()
    yield "jar_fast_jar.folder", Archive().add(
        "META-INF/MANIFEST.MF", manifest()).add(
        "quarkus-app/quarkus-run.jar", b"x", method=0).bytes()
    yield "jar_not_camel.plain", Archive().add(
        "META-INF/MANIFEST.MF", manifest("Main-Class: demo.App")).add(
        "demo/App.class", CLASS17).bytes()
    yield "jar_not_camel.no-runtime", Archive().add(
        "META-INF/MANIFEST.MF", manifest("Main-Class: demo.App")).add(
        "demo/App.class", CLASS17).add(API, POM).bytes()
    yield "jar_stale_signature.left", signed("").bytes()
    yield "jar_unsupported.war", Archive().add(
        "META-INF/MANIFEST.MF", manifest("Main-Class: "
        "org.springframework.boot.loader.launch.WarLauncher")).add(
        "org/springframework/boot/loader/launch/WarLauncher.class",
        CLASS17).bytes()
    yield "jar_nested_packed.deflated", spring_boot().add(
        LIB + "x-1.jar", library()).bytes()
    yield "jar_corrupt.nested", spring_boot().add(
        LIB + "x-1.jar", Archive().add("a", b"a", local_sig=1).bytes(),
        method=0).bytes()
    yield "jar_not_zip.nested", spring_boot().add(
        LIB + "x-1.jar", b"no archive", method=0).bytes()


def secrets():
    key = ("-----BEGIN " + "PRIVATE KEY-----\n" +
           "MC4CAQAwBQYDK2VwBCIEIBq7UvNzTvqUoYc4aXr1kGm9WfPDeLsJhKb2xZ6yRt5w\n"
           "-----END PRIVATE KEY-----\n")
    yield "jar_secrets.pem", base().add("keys/server.pem", key).bytes()
    yield "jar_secrets.class", base().add(
        "demo/Token.class", CLASS17 + b"\1\0\x1cglpat-" + b"Zx81kQm4Tv7wYb2n"
        b"Pc5s\7").bytes()
    yield "jar_secrets.spring-boot", spring_boot().add(
        "BOOT-INF/classes/application.properties", "camel.component.aws2-s3."
        "secret-key=q8ZrT1vXw2YbN4mKc6Ld9Jf3Hg5Ps7Ua0Ei/Ro+Q\n").bytes()


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, data in [("ok." + n, d) for n, d in sound()] + [
            pair for part in (ends, names, entries, layouts, contents, kinds,
                              secrets) for pair in part()]:
        with open(os.path.join(folder, name + ".jar"), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main(sys.argv[1])
