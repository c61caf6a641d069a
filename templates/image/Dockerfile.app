# What every application's image is made of.
#
# The worker reads this file when it starts and assembles images from it
# itself: no daemon, no shell, no build step.  It knows exactly the
# instructions below, one a line; anything else keeps it from starting.
# `base`, `agent.jar` and `app.jar` are not files: they stand for the pinned
# base image, the agent of this platform and what the customer uploaded.

FROM base

# Rarely changes, so it lies below what always does.
COPY agent.jar /opt/cameleer/agent.jar
COPY app.jar /app/app.jar

# The root file system is mounted read only; /tmp is what an application gets.
WORKDIR /tmp

# Nobody in particular, and the same number everywhere: secrets are theirs.
USER 65532:65532

LABEL org.opencontainers.image.vendor="Cameleer"

# The agent stands on the command line, where a tenant's JAVA_TOOL_OPTIONS and
# JDK_JAVA_OPTIONS can add to it but not take it away.  A Java heap that is
# full ends the process with exit code 3, so that it is started afresh.
ENTRYPOINT ["/usr/bin/java", "-javaagent:/opt/cameleer/agent.jar", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/app.jar"]
