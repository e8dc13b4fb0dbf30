import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dump, load } from 'js-yaml';
import { layoutProblems, queryProblems, typeProblems } from './dashboard.mjs';
import { containersOf, render } from './kustomize.mjs';
import { promqlProblems } from './promql.mjs';
import { deploymentsOf } from './settings.mjs';
import { ROOT, read, readMetrics } from './source.mjs';

const MONITORING = 'deploy/monitoring';
const metrics = readMetrics();
const objects = render(`${ROOT}deploy/kubernetes/base`);
const dashboards = readdirSync(`${ROOT}${MONITORING}/dashboards`).filter((file) => file.endsWith('.json'));

for (const file of dashboards) {
  const dashboard = JSON.parse(read(`${MONITORING}/dashboards/${file}`));

  test(`${file} has Grafana's types`, () => {
    assert.deepEqual(typeProblems(dashboard), []);
  });

  test(`${file} asks in PromQL, and only for metrics and labels that the code has`, () => {
    assert.deepEqual(queryProblems(dashboard, metrics), []);
  });

  test(`${file} has no overlapping panels`, () => {
    assert.deepEqual(layoutProblems(dashboard), []);
  });

  test(`the checks find faults in ${file}`, () => {
    const spoil = (change) => {
      const copy = structuredClone(dashboard);
      change(copy, copy.panels.find(({ type }) => type === 'timeseries'));
      return copy;
    };
    assert.match(layoutProblems(spoil((_, panel) => (panel.gridPos.w += 1))).join(), /overlap/);
    assert.match(queryProblems(spoil((_, panel) => (panel.targets[0].expr += ')')), metrics).join(), /no PromQL/);
    assert.match(queryProblems(spoil((copy) => (copy.templating.list[1].query.query = 'label_values(arena_info, job)')), metrics).join(), /no metric arena_info/);
    assert.match(typeProblems(spoil((_, panel) => (panel.options.legend.placement = 'below'))).join(), /"below"/);
    assert.match(typeProblems(spoil((copy) => (copy.shemaVersion = 1))).join(), /shemaVersion/);
  });
}

test('every metric is on the dashboard', () => {
  const shown = dashboards.map((file) => read(`${MONITORING}/dashboards/${file}`)).join();
  const names = [...metrics.keys()].filter((name) => !/_(sum|count)$/.test(name) || !metrics.has(name.replace(/_(sum|count)$/, '_bucket')));
  assert.deepEqual(names.filter((name) => !shown.includes(name)), []);
});

test('PromQL is checked for metrics, labels and grammar', () => {
  const good = 'sum by (method) (rate(arena_rpc_calls_total{job=~"$service",code!="OK"}[$__rate_interval]))';
  assert.deepEqual(promqlProblems(good, metrics), []);
  assert.match(promqlProblems('rate(arena_rpc_call_total[5m])', metrics).join(), /no metric/);
  assert.match(promqlProblems('arena_rpc_calls_total{model="a"}', metrics).join(), /no label model/);
  assert.match(promqlProblems('sum by (model) (arena_rpc_calls_total)', metrics).join(), /no label model/);
  assert.match(promqlProblems('sum(arena_rpc_calls_total', metrics).join(), /no PromQL/);
  assert.match(promqlProblems('up{job="$jobs"}', metrics).join(), /variable left/);
});

test('alert rules ask in PromQL for what exists, and each is tested', () => {
  const rules = load(read(`${MONITORING}/rules.yaml`)).groups.flatMap((group) => group.rules);
  assert.deepEqual(rules.flatMap(({ expr }) => promqlProblems(expr, metrics)), []);
  const cases = load(read(`${MONITORING}/rules_test.yaml`)).tests.flatMap((one) => one.alert_rule_test);
  for (const { alert } of rules) {
    const mine = cases.filter(({ alertname }) => alertname === alert);
    assert.ok(mine.some(({ exp_alerts }) => exp_alerts), `no test lets ${alert} fire`);
    assert.ok(mine.some(({ exp_alerts }) => !exp_alerts) || alert === 'ArenaErrors', `no test keeps ${alert} quiet`);
  }
});

test('Prometheus finds the pods of the manifests', () => {
  const { scrape_configs: jobs, rule_files: rules } = load(read(`${MONITORING}/prometheus.yaml`));
  const [{ kubernetes_sd_configs: [discovery], relabel_configs: relabels }] = jobs;
  for (const deployment of deploymentsOf(objects)) {
    const { metadata } = deployment.spec.template;
    const ports = containersOf(deployment).flatMap((container) => container.ports);
    const found = ports.filter((port) => relabels.every((rule) => keeps(rule, metadata.labels, port)));
    assert.deepEqual(found.map(({ name }) => name), ['metrics']);
    assert.ok(discovery.namespaces.names.includes(deployment.metadata.namespace));
  }
  for (const file of rules) assert.ok(read(`${MONITORING}/${file}`));
});

// The `keep` rules of a relabelling, for what our manifests can say.
function keeps({ action, source_labels: [label], regex }, labels, port) {
  if (action !== 'keep') return true;
  const values = Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [`__meta_kubernetes_pod_label_${key.replace(/[^a-zA-Z0-9_]/g, '_')}`, value]),
  );
  return new RegExp(`^(?:${regex})$`).test({ ...values, __meta_kubernetes_pod_container_port_name: port.name }[label] ?? '');
}

test('the local configuration scrapes the default metrics ports', () => {
  const { scrape_configs: jobs } = load(read(`${MONITORING}/prometheus-local.yaml`));
  const expected = deploymentsOf(objects).map((deployment) => [
    deployment.metadata.name,
    containersOf(deployment)[0].ports.find(({ name }) => name === 'metrics').containerPort,
  ]);
  assert.deepEqual(jobs.map((job) => [job.job_name, Number(job.static_configs[0].targets[0].split(':')[1])]).sort(), expected.sort());
});

function promtool(t, ...command) {
  const { status, stdout, stderr, error } = spawnSync('promtool', command, { cwd: `${ROOT}${MONITORING}`, encoding: 'utf8' });
  if (error?.code === 'ENOENT') return t.skip('there is no promtool here; ./arena test deploy installs it');
  assert.equal(status, 0, stdout + stderr);
}

test('promtool accepts the local configuration and the rules', (t) => promtool(t, 'check', 'config', 'prometheus-local.yaml'));

test('alerts fire when they should, and only then', (t) => promtool(t, 'test', 'rules', 'rules_test.yaml'));

// Debian builds promtool without the discovery of Kubernetes; it reads the rest.
test('promtool accepts the configuration for Kubernetes, but for the discovery', (t) => {
  const config = load(read(`${MONITORING}/prometheus.yaml`));
  for (const job of config.scrape_configs) {
    assert.deepEqual(job.kubernetes_sd_configs, [{ role: 'pod', namespaces: { names: ['arena'] } }]);
    delete job.kubernetes_sd_configs;
  }
  const folder = mkdtempSync(join(tmpdir(), 'arena-promtool-'));
  try {
    config.rule_files = config.rule_files.map((file) => `${ROOT}${MONITORING}/${file}`);
    writeFileSync(join(folder, 'prometheus.yaml'), dump(config));
    promtool(t, 'check', 'config', join(folder, 'prometheus.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
