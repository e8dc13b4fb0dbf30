// Do the objects fit each other? Names, labels, selectors, ports, mounts, and who may connect to whom.
// Every function takes all objects (and what the operator makes) and returns sentences about what is wrong.
import { containersOf, podTemplateOf } from './kustomize.mjs';

const matches = (selector, labels) =>
  Object.entries(selector.matchLabels ?? selector).every(([key, value]) => labels?.[key] === value);
const ofKind = (objects, kind) => objects.filter((object) => object.kind === kind);
const nameOf = (object) => `${object.kind}/${object.metadata.name}`;
const find = (objects, kind, name) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
const workloads = (objects) => objects.filter(podTemplateOf);
const portsOf = (workload) => containersOf(workload).flatMap((container) => container.ports ?? []);
const selected = (objects, selector) =>
  workloads(objects).filter((workload) => matches(selector, podTemplateOf(workload).metadata.labels));

export function referenceProblems(objects, external) {
  return [
    ...repeatedNames(objects),
    ...selectorProblems(objects),
    ...servicePortProblems(objects),
    ...workloads(objects).flatMap((workload) => podProblems(workload, objects, external)),
    ...unusedExternals(objects, external),
  ];
}

function repeatedNames(objects) {
  const names = objects.map(nameOf);
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} is there twice`);
}

function selectorProblems(objects) {
  const problems = [];
  for (const deployment of ofKind(objects, 'Deployment')) {
    const { labels } = deployment.spec.template.metadata;
    if (!matches(deployment.spec.selector, labels)) problems.push(`${nameOf(deployment)} does not select its own pods`);
    if (!(deployment.spec.replicas >= 2)) problems.push(`${nameOf(deployment)} has fewer than two replicas`);
    for (const kind of ['Service', 'PodDisruptionBudget']) {
      const count = ofKind(objects, kind).filter((object) => matches(object.spec.selector, labels)).length;
      if (count !== 1) problems.push(`${nameOf(deployment)} has ${count} objects of kind ${kind}, not one`);
    }
    for (const spread of deployment.spec.template.spec.topologySpreadConstraints ?? []) {
      if (!matches(spread.labelSelector, labels)) problems.push(`${nameOf(deployment)} spreads other pods than its own`);
    }
  }
  for (const object of [...ofKind(objects, 'Service'), ...ofKind(objects, 'PodDisruptionBudget')]) {
    const count = selected(objects, object.spec.selector).length;
    if (count !== 1) problems.push(`${nameOf(object)} selects ${count} workloads, not one`);
  }
  return problems;
}

function servicePortProblems(objects) {
  const problems = [];
  for (const service of ofKind(objects, 'Service')) {
    const ports = selected(objects, service.spec.selector).flatMap(portsOf);
    for (const { port, targetPort } of service.spec.ports) {
      const target = ports.find((candidate) => candidate.name === targetPort || candidate.containerPort === targetPort);
      if (!target) problems.push(`${nameOf(service)}: there is no port '${targetPort}' in its pods`);
      // A headless Service's clients connect to the pod itself.
      else if (target.containerPort !== port) problems.push(`${nameOf(service)} says ${port}, its pods listen on ${target.containerPort}`);
      if (target?.name === 'metrics') problems.push(`${nameOf(service)} gives the metrics port away`);
    }
    if (service.spec.clusterIP !== 'None') problems.push(`${nameOf(service)} is not headless`);
  }
  return problems;
}

function podProblems(workload, objects, external) {
  const where = nameOf(workload);
  const { spec } = podTemplateOf(workload);
  const all = [...objects, ...external];
  const problems = [];
  if (!find(objects, 'ServiceAccount', spec.serviceAccountName)) {
    problems.push(`${where}: there is no ServiceAccount '${spec.serviceAccountName}'`);
  }
  for (const volume of spec.volumes ?? []) {
    const source = volume.secret ? ['Secret', volume.secret.secretName] : ['ConfigMap', volume.configMap?.name];
    if (!find(all, ...source)) problems.push(`${where}: volume '${volume.name}' is of ${source.join('/')}, which nobody makes`);
    const mounts = containersOf(workload).flatMap((container) => container.volumeMounts ?? []);
    if (!mounts.some(({ name }) => name === volume.name)) problems.push(`${where}: volume '${volume.name}' is mounted nowhere`);
  }
  for (const container of containersOf(workload)) {
    for (const { name } of container.volumeMounts ?? []) {
      if (!spec.volumes?.some((volume) => volume.name === name)) problems.push(`${where}: there is no volume '${name}'`);
    }
    problems.push(...variableProblems(where, container, all), ...probeProblems(where, container));
  }
  return problems;
}

function variableProblems(where, container, all) {
  const problems = [];
  for (const { kind, name, key } of variableSources(container)) {
    const source = find(all, kind, name);
    const keys = Object.keys({ ...source?.data, ...source?.stringData });
    if (!source) problems.push(`${where}: nobody makes ${kind}/${name}`);
    else if (key !== undefined && !keys.includes(key)) problems.push(`${where}: ${kind}/${name} has no key '${key}'`);
  }
  return problems;
}

// Where a container's variables come from; without a key it is all of the object.
function variableSources(container) {
  const whole = (container.envFrom ?? []).map(({ configMapRef, secretRef }) =>
    configMapRef ? { kind: 'ConfigMap', name: configMapRef.name } : { kind: 'Secret', name: secretRef.name },
  );
  const single = (container.env ?? [])
    .filter(({ valueFrom }) => valueFrom)
    .map(({ valueFrom: { secretKeyRef, configMapKeyRef } }) =>
      secretKeyRef ? { kind: 'Secret', ...secretKeyRef } : { kind: 'ConfigMap', ...configMapKeyRef },
    );
  return [...whole, ...single];
}

function probeProblems(where, container) {
  const ports = container.ports ?? [];
  const problems = [];
  const exists = (port) => ports.some(({ name, containerPort }) => name === port || containerPort === port);
  for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const probe = container[kind];
    const port = (probe?.grpc ?? probe?.tcpSocket)?.port;
    if (probe && !exists(port)) problems.push(`${where}: ${kind} asks port '${port}', which is none of the container's`);
  }
  if (ports.length > 0 && !container.readinessProbe?.grpc) problems.push(`${where}: readiness is not asked over gRPC`);
  if (container.livenessProbe?.grpc) problems.push(`${where}: liveness follows the database; an outage would restart every pod`);
  return problems;
}

// What the operator is told to make and nobody uses: a name with a typing error, mostly.
function unusedExternals(objects, external) {
  const used = new Set();
  for (const workload of workloads(objects)) {
    for (const container of containersOf(workload)) {
      for (const { kind, name, key } of variableSources(container)) used.add(`${kind}/${name}/${key ?? '*'}`);
    }
    for (const { secret, configMap } of podTemplateOf(workload).spec.volumes ?? []) {
      used.add(secret ? `Secret/${secret.secretName}/*` : `ConfigMap/${configMap?.name}/*`);
    }
  }
  return external.flatMap((object) =>
    Object.keys({ ...object.data, ...object.stringData })
      .filter((key) => !used.has(`${nameOf(object)}/${key}`) && !used.has(`${nameOf(object)}/*`))
      .map((key) => `nobody uses key '${key}' of ${nameOf(object)}`),
  );
}
