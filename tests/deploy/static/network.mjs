// Who may connect to whom, by the network policies: a small model of what they mean.
import { containersOf, podTemplateOf } from './kustomize.mjs';

const matches = (selector, labels) =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
const policies = (objects) => objects.filter(({ kind }) => kind === 'NetworkPolicy');
const pods = (objects) =>
  objects.filter(podTemplateOf).map((object) => ({ name: object.metadata.name, labels: podTemplateOf(object).metadata.labels }));
const listens = (objects) =>
  objects.filter(podTemplateOf).flatMap((object) =>
    containersOf(object)
      .flatMap((container) => container.ports ?? [])
      .map(({ name, containerPort }) => ({ pod: object.metadata.name, labels: podTemplateOf(object).metadata.labels, name, port: containerPort })),
  );

// May a pod with these labels, in this namespace, open a connection to that port of that pod?
export function mayConnect(objects, from, to) {
  const leaves = from.namespace !== 'arena' || allows(objects, 'Egress', from.labels, { labels: to.labels, namespace: 'arena' }, to.port);
  return leaves && allows(objects, 'Ingress', to.labels, from, to.port);
}

function allows(objects, direction, labels, peer, port) {
  const side = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  const mine = policies(objects).filter(({ spec }) => spec.policyTypes.includes(direction) && matches(spec.podSelector, labels));
  if (mine.length === 0) return true; // Kubernetes' default
  return mine.some(({ spec }) =>
    (spec[side[0]] ?? []).some(
      (rule) =>
        (!rule.ports || rule.ports.some((allowed) => allowed.port === port)) &&
        (!rule[side[1]] || rule[side[1]].some((who) => isPeer(who, peer))),
    ),
  );
}

function isPeer({ podSelector, namespaceSelector, ipBlock }, { labels, namespace }) {
  if (ipBlock) return false; // addresses outside of the cluster
  const inNamespace = namespaceSelector
    ? matches(namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
    : namespace === 'arena';
  return inNamespace && matches(podSelector, labels);
}

export function networkProblems(objects, internalCalls) {
  const problems = [];
  const somebody = { namespace: 'default', labels: {} };
  const client = { namespace: 'default', labels: { 'arena/access': 'client' } };
  const prometheus = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
  for (const port of listens(objects)) {
    const expect = (who, from, wanted) => {
      if (mayConnect(objects, from, port) !== wanted) problems.push(`${who} ${wanted ? 'cannot' : 'can'} reach ${port.name} of ${port.pod}`);
    };
    expect('anybody', somebody, false);
    expect('a client', client, port.name === 'grpc');
    expect('Prometheus', prometheus, port.name === 'metrics');
    for (const pod of pods(objects)) {
      const wanted = internalCalls.some((call) => call.from === pod.name && call.to === port.pod && call.port === port.port);
      expect(pod.name, { namespace: 'arena', labels: pod.labels }, wanted);
    }
  }
  for (const { labels, name } of pods(objects)) {
    if (!allows(objects, 'Egress', labels, { namespace: 'elsewhere', labels: {} }, 5432)) problems.push(`${name} cannot reach the database`);
    if (allows(objects, 'Egress', labels, { namespace: 'elsewhere', labels: {} }, 80)) problems.push(`${name} can reach anything`);
  }
  return problems;
}
