// Do the real programs take what the manifests give them, and does it agree with the manifests?
import { load } from 'js-yaml';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { containersOf, podTemplateOf } from './kustomize.mjs';
import { checkConfig, helpOf } from './source.mjs';

export const deploymentsOf = (objects) => objects.filter(({ kind }) => kind === 'Deployment');

// The settings file that a Deployment's --config names, found through its mounts.
export function settingsFileOf(deployment, objects) {
  const [container] = containersOf(deployment);
  const at = container.args.indexOf('--config');
  const { object, key } = mountedAt(deployment, objects, container.args[at + 1]);
  return object.data[key];
}

// What is mounted at a path: an object and a key of it.
export function mountedAt(workload, objects, path) {
  const [container] = containersOf(workload);
  const mount = container.volumeMounts.find(({ mountPath }) => mountPath === dirname(path));
  const volume = podTemplateOf(workload).spec.volumes.find(({ name }) => name === mount?.name);
  const [kind, name] = volume?.secret ? ['Secret', volume.secret.secretName] : ['ConfigMap', volume?.configMap?.name];
  const object = objects.find((candidate) => candidate.kind === kind && candidate.metadata.name === name);
  const key = path.slice(dirname(path).length + 1);
  if (!(key in { ...object?.data, ...object?.stringData })) throw new Error(`${workload.metadata.name}: nothing is mounted at ${path}`);
  return { object, key };
}

// Runs --check-config with the Deployment's own arguments and variables; secrets get a value that fits.
export function effectiveSettings(deployment, objects) {
  const [container] = containersOf(deployment);
  const folder = mkdtempSync(join(tmpdir(), 'arena-settings-'));
  try {
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, settingsFileOf(deployment, objects));
    const args = container.args.map((argument, i) => (container.args[i - 1] === '--config' ? file : argument));
    const variables = (container.env ?? []).map(({ name, value }) => [name, value ?? '0123456789abcdef'.repeat(4)]);
    return load(checkConfig(container.command[0], args, Object.fromEntries(variables)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function settingsProblems(deployment, objects, external) {
  const { name } = deployment.metadata;
  const [container] = containersOf(deployment);
  const settings = effectiveSettings(deployment, objects);
  const { terminationGracePeriodSeconds: grace } = podTemplateOf(deployment).spec;
  const port = (wanted) => container.ports.find((candidate) => candidate.name === wanted)?.containerPort;
  const problems = [];
  const expect = (good, what) => good || problems.push(`${name}: ${what}`);
  expect(settings.listen === `0.0.0.0:${port('grpc')}`, `listens on ${settings.listen}, its port is ${port('grpc')}`);
  expect(settings['metrics-listen'] === `0.0.0.0:${port('metrics')}`, `metrics are on ${settings['metrics-listen']}`);
  expect(settings['api-keys-file'], 'lets every caller in');
  mountedAt(deployment, [...objects, ...external], settings['api-keys-file']);
  expect(/\buser=arena_/.test(settings.database), 'has no role of its own at the database');
  const stopping = seconds(settings['notice-time']) + seconds(settings['drain-time']);
  expect(seconds(settings['notice-time']) >= 2, 'gives clients no time to notice');
  expect(grace >= stopping + 10, `takes ${stopping} s to stop and is killed after ${grace} s`);
  const help = helpOf(container.command[0]);
  for (const variable of container.env.filter((entry) => entry.name.startsWith('ARENA_'))) {
    expect(help.includes(`${variable.name} `) || help.includes(`${variable.name}]`), `does not know ${variable.name}`);
  }
  for (const [key, value] of Object.entries(settings)) expect(value !== '(not set)', `has no value for the secret ${key}`);
  return problems;
}

// The calls among our own services that the settings speak of.
export function internalCalls(objects) {
  return deploymentsOf(objects).flatMap((deployment) =>
    Object.entries(load(settingsFileOf(deployment, objects)))
      .filter(([key]) => key.endsWith('-address'))
      .map(([, address]) => ({ from: deployment.metadata.name, to: address.split(':')[0], port: Number(address.split(':')[1]) })),
  );
}

export function callProblems(objects) {
  return internalCalls(objects)
    .filter(({ to, port }) => !objects.some(({ kind, metadata, spec }) => kind === 'Service' && metadata.name === to && spec.ports.some((p) => p.port === port)))
    .map(({ from, to, port }) => `${from} calls ${to}:${port}, which no Service offers`);
}

export function seconds(text) {
  if (text === 0 || text === '0') return 0;
  const parts = [...String(text).matchAll(/([\d.]+)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + number * { ms: 0.001, s: 1, m: 60, h: 3600 }[unit], 0);
}
