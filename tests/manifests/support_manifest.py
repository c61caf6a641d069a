# SPDX-License-Identifier: Apache-2.0
"""Manifests of the examples, and the programs that look at them."""
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
CHART = os.path.join(HERE, '../../templates/charts/cameleer-server')
BUILD = os.environ['CAMELEER_BUILD']
KUBERNETES = '1.36'
# Kinds that neither Kubernetes nor its tools know.
FLUX = ('HelmRelease', 'OCIRepository', 'SealedSecret', 'Kustomization')
# Set by the tier: where each program is.
HELM, KUBE_SCORE, KUBESEAL = (os.environ['TOOL_' + name] for name in (
    'HELM', 'KUBE_SCORE', 'KUBESEAL'))
VENV = os.environ['TOOL_VENV']
EXAMPLES = ('low', 'business')


def run(*command, text=None):
    """Runs a program; returns its exit status and all that it says."""
    done = subprocess.run(command, check=False, input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, HOME='/nonexistent'))
    return done.returncode, done.stdout


def documents(text):
    """Returns the objects of a file."""
    return [json.loads(one) for one in text.split('\n---\n')]


def stream(objects):
    """Returns objects as one file."""
    return '\n---\n'.join(json.dumps(one, indent=1) for one in objects) + '\n'


def example(name, certificate=os.path.join(HERE, 'certificate.pem')):
    """Returns the files of an example by their paths."""
    done = subprocess.run(
        [BUILD + '/tests/manifests/write_example', name, certificate],
        check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def objects_of(files, kind=None):
    """Returns all objects of the files, or those of a kind."""
    return [one for path in sorted(files) for one in documents(files[path])
            if kind in (None, one['kind'])]


def render(release, folder):
    """Renders the chart as a HelmRelease says; returns the YAML."""
    values = os.path.join(folder, 'values.json')
    with open(values, 'w', encoding='utf-8') as f:
        json.dump(release['spec']['values'], f)
    done = subprocess.run(
        [HELM, 'template', release['spec']['releaseName'], CHART,
         '--kube-version', KUBERNETES, '-f', values,
         '--namespace', release['metadata']['namespace']],
        check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout
