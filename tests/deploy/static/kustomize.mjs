// Reads a kustomization as `kubectl kustomize` does, but for the digests in names of generated
// ConfigMaps. Knows what ours uses and refuses everything else, so that nothing is checked half.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load, loadAll } from 'js-yaml';

const KNOWN = new Set(['apiVersion', 'kind', 'namespace', 'labels', 'resources', 'configMapGenerator', 'images']);
const CLUSTER_WIDE = new Set(['Namespace']);

export function readObjects(path) {
  return loadAll(readFileSync(path, 'utf8')).filter((object) => object !== null && object !== undefined);
}

export function readKustomization(folder) {
  const file = join(folder, 'kustomization.yaml');
  const kustomization = load(readFileSync(file, 'utf8'));
  for (const key of Object.keys(kustomization)) {
    if (!KNOWN.has(key)) throw new Error(`${file}: this check does not know '${key}'; teach kustomize.mjs about it`);
  }
  for (const resource of kustomization.resources) {
    if (!existsSync(join(folder, resource))) throw new Error(`${file}: ${resource} does not exist`);
  }
  return kustomization;
}

export function render(folder) {
  const kustomization = readKustomization(folder);
  const objects = kustomization.resources.flatMap((resource) => readObjects(join(folder, resource)));
  for (const generator of kustomization.configMapGenerator ?? []) objects.push(generateConfigMap(folder, generator));
  for (const object of objects) {
    if (!CLUSTER_WIDE.has(object.kind)) object.metadata.namespace = kustomization.namespace;
    addLabels(object, kustomization.labels ?? []);
    for (const container of containersOf(object)) {
      const image = kustomization.images.find(({ name }) => name === container.image);
      if (image) container.image = `${image.newName}:${image.newTag}`;
    }
  }
  return objects;
}

function generateConfigMap(folder, { name, files = [], literals = [], ...rest }) {
  if (Object.keys(rest).length > 0) throw new Error(`${name}: this check does not know ${Object.keys(rest)}`);
  const data = {};
  for (const file of files) {
    const [key, path] = file.split('=');
    data[key] = readFileSync(join(folder, path), 'utf8');
  }
  for (const literal of literals) {
    const at = literal.indexOf('=');
    data[literal.slice(0, at)] = literal.slice(at + 1);
  }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function addLabels(object, rules) {
  for (const { pairs, includeTemplates, includeSelectors } of rules) {
    if (includeSelectors) throw new Error('selectors of a Deployment cannot change; includeSelectors is refused');
    object.metadata.labels = { ...object.metadata.labels, ...pairs };
    const template = podTemplateOf(object);
    if (includeTemplates && template) template.metadata.labels = { ...template.metadata.labels, ...pairs };
  }
}

export function podTemplateOf(object) {
  return object.kind === 'Deployment' || object.kind === 'Job' ? object.spec.template : undefined;
}

export function containersOf(object) {
  const spec = podTemplateOf(object)?.spec;
  return spec ? [...(spec.initContainers ?? []), ...spec.containers] : [];
}
