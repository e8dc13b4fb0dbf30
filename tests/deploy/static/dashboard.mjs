// Is a dashboard what Grafana expects (by its own TypeScript types), readable, and without overlaps?
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promqlProblems } from './promql.mjs';

const HERE = new URL('.', import.meta.url).pathname;

// TypeScript's names of enum members, as JSON has their values. Panels that Grafana keeps open for
// plug-ins are narrowed to the two kinds that we use.
const TYPES = `
import type { Dashboard, DataSourceRef, FieldConfig, GraphFieldConfig, Panel, RowPanel } from '@grafana/schema';
import type { Options as Stat } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TimeSeries } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
type Json<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
interface Target { refId: string; datasource: DataSourceRef; expr: string; legendFormat: string }
type Of<Kind extends string, Options, Custom> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Kind; title: string; description: string; options: Options; targets: Target[];
  fieldConfig: { defaults: Omit<FieldConfig, 'custom'> & { custom?: Custom }; overrides: [] };
};
type Known = Omit<Dashboard, 'panels'> & {
  panels: Array<RowPanel | Of<'timeseries', TimeSeries, GraphFieldConfig> | Of<'stat', Stat, never>>;
};
export const dashboard: Json<Known> = `;

// Without the types of Node and of other packages, which would take most of the time.
const OPTIONS = { noEmit: true, strict: true, skipLibCheck: true, lib: ['es2022'], types: [], module: 'nodenext', moduleResolution: 'nodenext' };

export function typeProblems(dashboard) {
  // Inside of this folder, so that the types are found.
  const folder = mkdtempSync(join(HERE, 'node_modules', '.dashboard-'));
  try {
    writeFileSync(join(folder, 'dashboard.ts'), `${TYPES}${JSON.stringify(dashboard, null, 1)};\n`);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: ['dashboard.ts'] }));
    const compiler = join(HERE, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    return status === 0 ? [] : stdout.trim().split('\n').slice(0, 5);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function layoutProblems({ panels }) {
  const problems = [];
  const ids = panels.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) problems.push('two panels have the same id');
  panels.forEach((panel, i) => {
    const { x, y, w, h } = panel.gridPos;
    if (x < 0 || x + w > 24) problems.push(`'${panel.title}' is wider than the page`);
    for (const other of panels.slice(i + 1)) {
      const o = other.gridPos;
      if (x < o.x + o.w && o.x < x + w && y < o.y + o.h && o.y < y + h) problems.push(`'${panel.title}' and '${other.title}' overlap`);
    }
  });
  return problems;
}

export function queryProblems({ panels, templating }, metrics) {
  const problems = panels.flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ expr }) => promqlProblems(expr, metrics).map((problem) => `'${title}': ${problem}`)),
  );
  for (const { name, query } of templating.list.filter(({ type }) => type === 'query')) {
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query.query) ?? [];
    if (!selector || !['job', 'instance'].includes(label)) problems.push(`variable ${name} asks for no label that a scrape gives`);
    else problems.push(...promqlProblems(selector, metrics).map((problem) => `variable ${name}: ${problem}`));
  }
  return problems;
}
