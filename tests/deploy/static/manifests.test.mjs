import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { load, loadAll } from 'js-yaml';
import { hardeningProblems } from './hardening.mjs';
import { containersOf, podTemplateOf, readKustomization, readObjects, render } from './kustomize.mjs';
import { networkProblems } from './network.mjs';
import { referenceProblems } from './references.mjs';
import { schemaProblems } from './schema.mjs';
import { callProblems, deploymentsOf, internalCalls, settingsProblems } from './settings.mjs';
import { ROOT, helpOf, readDockerfile, version } from './source.mjs';

const BASE = `${ROOT}deploy/kubernetes/base`;
const objects = render(BASE);
const external = readObjects(`${ROOT}deploy/kubernetes/secrets.example.yaml`);
const docker = readDockerfile();
const workloads = (all) => all.filter(podTemplateOf);
const named = (all, kind, name) => all.find((object) => object.kind === kind && object.metadata.name === name);

// Everything that is checked without starting a program.
function problemsOf(all) {
  return [
    ...all.flatMap(schemaProblems),
    ...referenceProblems(all, external),
    ...networkProblems(all, internalCalls(all)),
    ...callProblems(all),
    ...workloads(all).flatMap((workload) => hardeningProblems(workload, docker.user)),
  ];
}

test('manifests have the types, the required fields and no unknown ones', () => {
  assert.deepEqual([...objects, ...external].flatMap(schemaProblems), []);
});

test('names, labels, selectors, ports, volumes and variables fit each other', () => {
  assert.deepEqual(referenceProblems(objects, external), []);
});

test('network policies allow the calls of the settings, clients, Prometheus, and nothing else', () => {
  assert.deepEqual([...callProblems(objects), ...networkProblems(objects, internalCalls(objects))], []);
});

test('every pod is restricted', () => {
  assert.deepEqual(workloads(objects).flatMap((workload) => hardeningProblems(workload, docker.user)), []);
});

test('programs of the manifests are in the image, in the version of the sources', () => {
  for (const workload of workloads(objects)) {
    for (const { command, image } of containersOf(workload)) {
      assert.ok(docker.programs.includes(command[0]), `the Dockerfile does not build ${command[0]}`);
      assert.ok(image.endsWith(`/arena:${version()}`), `${image} is not version ${version()}`);
    }
  }
});

for (const deployment of deploymentsOf(objects)) {
  test(`${deployment.metadata.name} takes its settings, and they agree with its manifest`, () => {
    assert.deepEqual(settingsProblems(deployment, objects, external), []);
  });
}

test('arenactl knows the command of the migrate job and its variable', () => {
  const [{ command, args, env }] = containersOf(named(objects, 'Job', 'arena-migrate'));
  const help = helpOf(command[0], ...args);
  assert.match(help, /Applies the numbered migrations/);
  assert.ok(env.some(({ name }) => help.includes(name)));
});

test('migrations can be applied before the services, by the label that the README uses', () => {
  const services = objects.filter(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === 'service');
  assert.deepEqual(services, deploymentsOf(objects));
});

// What kubectl makes of a kustomization, without the digests in generated names; nothing without kubectl.
function renderByKubectl(t, folder) {
  const { status, stdout, stderr, error } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  if (error?.code === 'ENOENT') return t.skip('there is no kubectl; our own reading of the kustomization stands');
  assert.equal(status, 0, stderr);
  const generated = readKustomization(BASE).configMapGenerator.map(({ name }) => name);
  return loadAll(stdout.replace(new RegExp(`\\b(${generated.join('|')})-[a-z0-9]{10}\\b`, 'g'), '$1'));
}

test('kubectl renders the base as these checks do', (t) => {
  const rendered = renderByKubectl(t, BASE);
  const byName = (list) => Object.fromEntries(list.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
  if (rendered) assert.deepEqual(byName(rendered), byName(objects));
});

test('the example of an overlay changes image and database, and breaks nothing', (t) => {
  const rendered = renderByKubectl(t, `${ROOT}deploy/kubernetes/overlays/example`);
  if (!rendered) return;
  assert.deepEqual(problemsOf(rendered), []);
  assert.equal(named(rendered, 'ConfigMap', 'arena-database').data.PGHOST, 'postgres.example.org');
  assert.equal(named(rendered, 'ConfigMap', 'arena-database').data.PGSSLMODE, 'verify-full');
  assert.deepEqual([...new Set(workloads(rendered).flatMap(containersOf).map(({ image }) => image))], [`registry.example.org/arena:${version()}`]);
});

// Each fault is put into a copy of the manifests, and the checks must name it.
const deployment = (all) => named(all, 'Deployment', 'arena-rating');
const container = (all) => deployment(all).spec.template.spec.containers[0];
const pod = (all) => deployment(all).spec.template.spec;
const FAULTS = [
  ['an unknown field', (all) => (pod(all).restartPolcy = 'Always'), /no field 'restartPolcy'/],
  ['a wrong type', (all) => (deployment(all).spec.replicas = '2'), /replicas must be/],
  ['a missing field', (all) => delete container(all).name, /required property name/],
  ['a selector that misses', (all) => (named(all, 'Service', 'arena-rating').spec.selector = { 'app.kubernetes.io/name': 'rating' }), /selects 0 workloads/],
  ['pods that the Deployment does not select', (all) => (deployment(all).spec.template.metadata.labels = {}), /does not select its own pods/],
  ['a Service with another port', (all) => (named(all, 'Service', 'arena-rating').spec.ports[0].port = 50053), /says 50053/],
  ['a Service that gives metrics away', (all) => named(all, 'Service', 'arena-rating').spec.ports.push({ name: 'm', port: 9104, targetPort: 'metrics' }), /gives the metrics port away/],
  ['a probe of another port', (all) => (container(all).readinessProbe.grpc.port = 50051), /none of the container's/],
  ['a liveness probe that follows the database', (all) => (container(all).livenessProbe = { grpc: { port: 50054 } }), /would restart every pod/],
  ['a Secret that nobody makes', (all) => (container(all).env[0].valueFrom.secretKeyRef.name = 'arena-ratings'), /nobody makes Secret\/arena-ratings/],
  ['a key that the Secret does not have', (all) => (container(all).env[0].valueFrom.secretKeyRef.key = 'pasword'), /no key 'pasword'/],
  ['a volume that is mounted nowhere', (all) => container(all).volumeMounts.pop(), /mounted nowhere/],
  ['a ServiceAccount that is not there', (all) => (pod(all).serviceAccountName = 'rating'), /no ServiceAccount 'rating'/],
  ['one replica', (all) => (deployment(all).spec.replicas = 1), /fewer than two replicas/],
  ['metrics open to everybody', (all) => delete named(all, 'NetworkPolicy', 'arena-rating').spec.ingress[1].from, /anybody can reach metrics/],
  ['gRPC open to everybody', (all) => named(all, 'NetworkPolicy', 'arena-rating').spec.ingress[0].from.push({ namespaceSelector: {} }), /anybody can reach grpc/],
  ['a pod that no policy is about', (all) => delete deployment(all).spec.template.metadata.labels['app.kubernetes.io/part-of'], /arena-rating can reach anything/],
  ['no way from matchmaker to rating', (all) => delete named(all, 'NetworkPolicy', 'arena-matchmaker').spec.egress, /arena-matchmaker cannot reach grpc of arena-rating/],
  ['a call to a Service that is not there', (all) => all.splice(all.indexOf(named(all, 'Service', 'arena-rating')), 1), /which no Service offers/],
  ['root', (all) => (pod(all).securityContext.runAsUser = 0), /another user than the image/],
  ['a writable root', (all) => delete container(all).securityContext.readOnlyRootFilesystem, /may write its root/],
  ['service links', (all) => delete pod(all).enableServiceLinks, /look like settings/],
  ['a secret in the manifest', (all) => container(all).env.push({ name: 'ARENA_VOTER_KEY', value: 'abc' }), /has a secret in its manifest/],
  ['an image without a version', (all) => (container(all).image = 'registry.example.com/arena:latest'), /no image of a fixed version/],
];
test('the checks find every fault of a list', () => {
  assert.deepEqual(problemsOf(objects), []);
  for (const [what, spoil, expected] of FAULTS) {
    const copy = structuredClone(objects);
    spoil(copy);
    assert.match(problemsOf(copy).join('\n'), expected, `not found: ${what}`);
  }
});

test('the checks find settings that a program or its manifest refuses', () => {
  const SETTINGS = [
    ['listen: 0.0.0.0:50054', 'listen: 0.0.0.0:50053', /listens on 0\.0\.0\.0:50053/],
    ['api-keys-file:', 'api-key-file:', /'api-key-file' in .* is not a setting/],
    ['callers.yaml', 'caller.yaml', /nothing is mounted at/],
    ['drain-time: 20s', 'drain-time: 60s', /is killed after 40 s/],
    ['drain-time: 20s', 'drain-time: soon', /refuses its settings/],
  ];
  for (const [from, to, expected] of SETTINGS) {
    const copy = structuredClone(objects);
    const { data } = named(copy, 'ConfigMap', 'arena-rating-settings');
    assert.ok(data['settings.yaml'].includes(from));
    data['settings.yaml'] = data['settings.yaml'].replace(from, to);
    assert.throws(() => assert.deepEqual(settingsProblems(deployment(copy), copy, external), []), (error) => expected.test(error.message));
  }
});

test('the example of callers names every scope, and the services that call others', () => {
  const callers = load(named(external, 'Secret', 'arena-callers').stringData['callers.yaml']);
  assert.deepEqual([...new Set(callers.map(({ scope }) => scope))].sort(), ['frontend', 'operator', 'service']);
  const services = callers.filter(({ scope }) => scope === 'service').map(({ name }) => `arena-${name}`);
  assert.deepEqual(services.sort(), [...new Set(internalCalls(objects).map(({ from }) => from))].sort());
});
