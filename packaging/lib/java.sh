# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts the Java and the Maven of packages/java.list first, whatever the
# environment names: another release would build other bytes, or fail.

JAVA_HOME=/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture)
PATH=$JAVA_HOME/bin:/usr/bin:$PATH
export JAVA_HOME PATH
