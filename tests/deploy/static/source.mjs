// What deploy/ must agree with: facts read from the sources and the built programs.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = new URL('../../..', import.meta.url).pathname;
export const BIN = join(process.env.ARENA_BUILD_DIR ?? join(ROOT, 'build'), 'bin');

export const read = (path) => readFileSync(join(ROOT, path), 'utf8');

export function version() {
  return /project\(arena VERSION ([\d.]+)/.exec(read('CMakeLists.txt'))[1];
}

// The metrics that the code registers: name → set of labels. A histogram counts as its three series.
export function readMetrics() {
  const metrics = new Map([['up', new Set()]]);
  for (const folder of ['services', 'common']) {
    for (const path of readdirSync(join(ROOT, folder), { recursive: true })) {
      if (/\.(cc|h)$/.test(path)) addMetrics(metrics, read(join(folder, path)));
    }
  }
  return metrics;
}

function addMetrics(metrics, code) {
  const call = /Add(Counter|Gauge|Histogram|Reading)s?\(\s*"(arena_\w+)",\s*(?:"[^"]*"\s*)+(?:,\s*\{([^}]*)\})?/g;
  for (const [, kind, name, labels = ''] of code.matchAll(call)) {
    const names = [...labels.matchAll(/"(\w+)"/g)].map((match) => match[1]);
    if (kind !== 'Histogram') {
      metrics.set(name, new Set(names));
      continue;
    }
    metrics.set(`${name}_bucket`, new Set([...names, 'le']));
    for (const part of ['sum', 'count']) metrics.set(`${name}_${part}`, new Set(names));
  }
}

// What the program makes of its settings, by --check-config; throws its sentence when it refuses them.
export function checkConfig(program, args, environment) {
  const { status, stdout, stderr } = spawnSync(join(BIN, program), [...args, '--check-config'], {
    env: environment,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status !== 0) throw new Error(`${program} refuses its settings: ${stderr || `exit code ${status}`}`);
  return stdout;
}

export function helpOf(program, ...subcommand) {
  return execFileSync(join(BIN, program), [...subcommand, '--help'], { encoding: 'utf8', timeout: 20_000 });
}

// The Dockerfile's programs, user and run-time packages.
export function readDockerfile() {
  const text = read('deploy/docker/Dockerfile').replaceAll('\\\n', ' ');
  const runtime = text.slice(text.lastIndexOf('\nFROM '));
  return {
    programs: /ninja -C \/build .*?(arena.*?)&&/.exec(text)[1].trim().split(/\s+/),
    user: Number(/^USER (\d+):\d+$/m.exec(runtime)[1]),
    packages: /apt-get install -y --no-install-recommends (.*?)&&/.exec(runtime)[1].trim().split(/\s+/),
  };
}

// Debian packages that own the libraries which the program names.
export function librariesOf(program) {
  const dynamic = execFileSync('readelf', ['-d', join(BIN, program)], { encoding: 'utf8' });
  return [...dynamic.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1]);
}

export function packagesOf(libraries) {
  const escaped = libraries.map((library) => library.replace(/[.+]/g, '\\$&'));
  const info = '/var/lib/dpkg/info';
  const lists = readdirSync(info).filter((file) => file.endsWith('.list'));
  // Many times faster than dpkg -S, which does the same.
  const owners = execFileSync('grep', ['-lE', '--', `-linux-gnu/(${escaped.join('|')})$`, ...lists], { cwd: info, encoding: 'utf8' });
  return new Set(owners.trim().split('\n').map((file) => file.replace(/(:\w+)?\.list$/, '')));
}
