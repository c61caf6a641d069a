# SPDX-License-Identifier: Apache-2.0
"""Defines which processes a test kills, and how it detects their recovery."""
import http.client
import os
import random
import signal
import threading
import time

from support_stack import (ENGINE, MODULES, REGISTRY, SLOW, children,
                           disconnect, engine, http_get, main_pid, registry,
                           request, say)

# seconds until the next request is served; the others are only printed
LIMITS = {'responder child': 1, 'responder master': 1, 'postgres': 5}
NEVER = 240
SEED = int(os.environ.get('CAMELEER_CRASH_SEED') or time.time())
dice = random.Random(SEED)
# how many children each has, before anything is killed
WHOLE = {service: len(children(service)) for service in MODULES + ('worker',)}


def _answers(path):
    try:
        return request('GET', path, check=False).status == 200
    except (OSError, http.client.HTTPException):
        disconnect()
        return False


def _registry():
    try:
        return registry('', 2)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def _registry_gate():
    host, _, port = REGISTRY.partition(':')
    try:
        return http_get(host, int(port), '/v2/', 2)[0] == 401
    except (OSError, http.client.HTTPException):
        return False


def _engine():
    try:
        return os.path.exists(ENGINE) and \
            engine('GET', '/_ping', 2)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def _alive(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii') as f:
            return f.read().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


class Victim:
    """A process to kill. `kind` groups those with one time limit; `pid` is the
    current process."""

    def __init__(self, kind, service, part):
        self.kind, self.service, self.part = kind, service, part
        self.name = service + (' ' + part if part else '')

    def pid(self):
        """Returns the pid of the process, or None while it does not run."""
        try:
            main = main_pid(self.service)
            if self.part != 'child':
                return main if _alive(main) else None
            pids = [p for p in children(self.service) if _alive(p)]
            return dice.choice(pids) if pids else None
        except (OSError, ValueError, IndexError):
            return None

    def serves(self):
        """Tells whether the service answers a request."""
        if self.service in MODULES:
            return _answers('/api/%s/ready' % self.service)
        if self.service == 'postgres':
            return _answers('/api/tenants/ready')
        if self.service == 'nginx':
            return _answers('/api/auth/health')
        if self.service == 'registry':
            return _registry()
        if self.service == 'registry-gate':
            return _registry_gate()
        if self.service == 'engine':
            return _engine()
        return self.whole()

    def whole(self):
        """Tells whether all processes of the service run."""
        pid = self.pid()
        if pid is None:
            return False
        if self.service in WHOLE:
            try:
                return len([p for p in children(self.service)
                            if _alive(p)]) == WHOLE[self.service]
            except (OSError, ValueError, IndexError):
                return False
        return True

    def kill(self):
        """Kills the victim by SIGKILL; returns the seconds until it serves
        again."""
        until = time.monotonic() + NEVER * SLOW
        while (pid := self.pid()) is None:
            if time.monotonic() > until:
                raise AssertionError(self.name + ' does not run')
            time.sleep(0.05)
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        while _alive(pid):
            time.sleep(0.001)
        while not self.serves():
            if time.monotonic() > until:
                raise AssertionError(self.name + ' does not come back')
            time.sleep(0.01)
        took = time.monotonic() - began
        while not self.whole():
            if time.monotonic() > until:
                raise AssertionError(self.name + ' is not whole again')
            time.sleep(0.05)
        return took


VICTIMS = [Victim('responder ' + part, service, part)
           for part in ('child', 'master') for service in MODULES] + [
    Victim('worker child', 'worker', 'child'),
    Victim('worker master', 'worker', 'master'),
    Victim('postgres', 'postgres', ''), Victim('nginx', 'nginx', ''),
    Victim('engine', 'engine', ''), Victim('registry', 'registry', ''),
    Victim('registry', 'registry-gate', '')]


class Blow(threading.Thread):
    """Kills a victim after a random delay; end() reports the recovery."""

    times = {}

    def __init__(self, victim, latest, phase):
        super().__init__()
        self.victim, self.phase = victim, phase
        self.delay = dice.uniform(0, latest)
        self.took = None
        self.error = None
        self.start()

    def run(self):
        time.sleep(self.delay)
        try:
            self.took = self.victim.kill()
        except Exception as error:      # pylint: disable=broad-except
            self.error = error
        finally:
            disconnect()

    def end(self):
        """Waits for the recovery and records its time."""
        self.join()
        if self.error is not None:
            raise self.error
        say('%-9s %-16s killed after %.3f s, back in %.3f s' % (
            self.phase, self.victim.name, self.delay, self.took))
        Blow.times.setdefault(self.victim.kind, []).append(self.took)


def summary():
    """Prints the recovery times, one line for each kind."""
    for kind, took in sorted(Blow.times.items()):
        say('recovery %-17s n=%-3d median %.3f s, longest %.3f s' % (
            kind, len(took), sorted(took)[len(took) // 2], max(took)))
