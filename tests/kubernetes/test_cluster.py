# SPDX-License-Identifier: Apache-2.0
"""The cluster that other tests stand on does what it promises: pods run under
the restricted profile, policies cut connections, sealed secrets open in their
namespace alone, and the platform may only read."""
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request

from support_cluster import (CLUSTER, NODE, ClusterTest, pod, say, wait_for,
                             web_pod)

SOURCE = pathlib.Path(os.environ['CAMELEER_SOURCE'])


class Bed(ClusterTest):

    def program(self, command):
        return subprocess.run(
            ['sh', str(SOURCE / 'tests' / 'cluster' / 'cluster'), command,
             str(CLUSTER.state)], capture_output=True, text=True, timeout=60,
            check=True).stdout

    def test_a_second_up_changes_nothing(self):
        before = (CLUSTER.state / 'run' / 'cluster.pid').read_text()
        self.assertEqual(self.program('up'), 'cluster: running\n')
        self.assertEqual(
            (CLUSTER.state / 'run' / 'cluster.pid').read_text(), before)

    def test_status_names_its_parts(self):
        said = self.program('status').split()
        for part in ('etcd', 'kubelet', 'source-controller', 'node/node1'):
            self.assertIn(part, said)


class Pods(ClusterTest):

    def test_a_restricted_pod_runs_and_is_ready(self):
        space = self.tenant('restricted')
        CLUSTER.apply(web_pod(space, 'web'))
        say('pod ready after %.1f s' % CLUSTER.ready('pod', 'web', space, 60))
        status = CLUSTER.get('pod', 'web', space)['status']
        self.assertEqual(status['phase'], 'Running')
        said = CLUSTER.kubectl('-n', space, 'exec', 'web', '--', 'busybox',
                               'grep', '-E', '^(CapEff|Seccomp):',
                               '/proc/self/status').split()
        self.assertEqual(said[1], '0' * 16)
        self.assertEqual(said[3], '2')

    def test_its_log_and_its_use_can_be_read(self):
        space = self.tenant('figures')
        CLUSTER.apply(pod(space, 'talker', 'sh', '-c',
                          'echo good morning; exec busybox sleep 3600'))
        CLUSTER.ready('pod', 'talker', space, 60)
        wait_for('its log', 10, lambda: CLUSTER.kubectl(
            '-n', space, 'logs', 'talker',
            user='platform') == 'good morning\n')
        wait_for('its figures', 60, lambda: 'namespace="%s"' % space in
                 self.kubelet('/metrics/resource'))

    def kubelet(self, path):
        """What the node tells the platform."""
        config = json.loads((CLUSTER.state / 'users' / 'platform.json')
                            .read_text())
        ask = urllib.request.Request(
            'https://%s:10250%s' % (NODE, path),
            headers={'Authorization': 'Bearer ' +
                     config['users'][0]['user']['token']})
        trust = ssl.create_default_context(
            cafile=CLUSTER.state / 'tls' / 'ca.pem')
        with urllib.request.urlopen(ask, context=trust, timeout=20) as answer:
            return answer.read().decode()

    def test_the_platform_may_ask_a_node_for_figures_only(self):
        self.kubelet('/metrics/resource')
        for path in ('/runningpods/', '/logs/', '/configz'):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.kubelet(path)
            self.assertEqual(refused.exception.code, 403, path)
            refused.exception.close()

    def test_a_pod_that_asks_for_more_is_refused(self):
        space = self.tenant('greedy')
        wanted = pod(space, 'greedy', 'sleep', '60')
        wanted['spec']['hostNetwork'] = True
        done = CLUSTER.apply(wanted, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('violates PodSecurity "restricted', done.stderr)

    def test_a_service_answers_by_its_name(self):
        space = self.tenant('names')
        CLUSTER.apply(
            web_pod(space, 'web'), pod(space, 'asker', 'sleep', '3600'),
            {'apiVersion': 'v1', 'kind': 'Service',
             'metadata': {'name': 'front', 'namespace': space},
             'spec': {'selector': {'app': 'web'},
                      'ports': [{'port': 80, 'targetPort': 8080}]}})
        for name in ('web', 'asker'):
            CLUSTER.ready('pod', name, space, 60)
        wait_for('an answer of front', 20, CLUSTER.connects, space, 'asker',
                 'front.%s.svc.cluster.local' % space, 80)


class Policies(ClusterTest):

    def test_a_default_deny_cuts_off_the_neighbour(self):
        ours, theirs = self.tenant('ours'), self.tenant('theirs')
        CLUSTER.apply(web_pod(ours, 'web'),
                      pod(theirs, 'neighbour', 'sleep', '3600'))
        CLUSTER.ready('pod', 'web', ours, 60)
        CLUSTER.ready('pod', 'neighbour', theirs, 60)
        address = CLUSTER.get('pod', 'web', ours)['status']['podIP']

        def answers():
            return CLUSTER.connects(theirs, 'neighbour', address, 8080)
        self.assertTrue(answers())
        CLUSTER.apply({
            'apiVersion': 'networking.k8s.io/v1', 'kind': 'NetworkPolicy',
            'metadata': {'name': 'deny', 'namespace': ours},
            'spec': {'podSelector': {},
                     'policyTypes': ['Ingress', 'Egress']}})
        say('cut off after %.1f s' % wait_for(
            'the policy', 30, lambda: not answers())[1])
        CLUSTER.ready('pod', 'web', ours, 30)
        CLUSTER.kubectl('-n', ours, 'delete', 'networkpolicy', 'deny')
        say('open after %.1f s' % wait_for('no policy', 30, answers)[1])


class Peers(ClusterTest):

    def test_who_has_no_password_cannot_push(self):
        repository = self.repository('guarded')
        done = repository.push({'one.json': '{}'}, password='guessed',
                               check=False)
        self.assertNotEqual(done.returncode, 0)
        repository.push({'two.json': '{}'})


class Secrets(ClusterTest):

    def test_a_sealed_secret_opens_in_its_namespace_alone(self):
        space, other = self.tenant('sealed'), self.tenant('copied')
        plain = json.dumps({
            'apiVersion': 'v1', 'kind': 'Secret',
            'metadata': {'name': 'db', 'namespace': space},
            'stringData': {'password': 'never in Git'}})
        sealed = CLUSTER.program(
            'kubeseal', '--controller-namespace', 'kube-system', '-o', 'json',
            text=plain).stdout
        self.assertNotIn('never in Git', sealed)
        CLUSTER.apply(json.loads(sealed))
        wait_for('the secret', 30, CLUSTER.get, 'secret', 'db', space)
        self.assertEqual(CLUSTER.get('secret', 'db', space)['data'],
                         {'password': 'bmV2ZXIgaW4gR2l0'})
        moved = json.loads(sealed)
        moved['metadata']['namespace'] = other
        moved['spec']['template']['metadata']['namespace'] = other
        CLUSTER.apply(moved)

        def refused():
            return 'no key could decrypt' in CLUSTER.condition(
                'sealedsecret', 'db', other, 'Synced').get('message', '')
        wait_for('the refusal', 30, refused)
        self.assertIsNone(CLUSTER.get('secret', 'db', other))


class Rights(ClusterTest):

    def may(self, verb, thing, *options):
        return CLUSTER.kubectl('auth', 'can-i', verb, thing, *options,
                               user='platform', check=False).strip() == 'yes'

    def test_the_platform_reads_and_changes_nothing(self):
        for thing in ('pods', 'pods/log', 'events', 'deployments.apps',
                      'kustomizations.kustomize.toolkit.fluxcd.io',
                      'helmreleases.helm.toolkit.fluxcd.io'):
            self.assertTrue(self.may('get', thing, '-A'), thing)
        for verb in ('get', 'list', 'watch', 'create'):
            self.assertFalse(self.may(verb, 'secrets', '-A'), verb)
        listed = CLUSTER.kubectl('auth', 'can-i', '--list', '--no-headers',
                                 user='platform')
        for line in listed.splitlines():
            verbs = set(line[line.rindex('[') + 1:-1].split())
            # what everybody may ask about themselves
            if 'selfsubject' in line:
                continue
            self.assertLessEqual(verbs, {'get', 'list', 'watch'}, line)

    def test_a_stranger_is_not_let_in(self):
        config = json.loads((CLUSTER.state / 'users' / 'platform.json')
                            .read_text())
        config['users'][0]['user']['token'] = 'guessed'
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            json.dump(config, file)
            file.flush()
            done = subprocess.run(
                [str(CLUSTER.state / 'bin' / 'kubectl'), '--kubeconfig',
                 file.name, 'get', 'pods'], capture_output=True, text=True,
                timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('Unauthorized', done.stderr + done.stdout)
