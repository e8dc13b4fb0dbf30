import assert from 'node:assert/strict';
import { test } from 'node:test';
import { librariesOf, packagesOf, read, readDockerfile } from './source.mjs';

const { programs, packages } = readDockerfile();

test('the image has the libraries that its programs name, and no others', () => {
  // Part of every Debian, or wanted by another package of the list.
  const implied = new Set(['libc6', 'libgcc-s1', 'libstdc++6', 'libgrpc29', 'libtinfo6']);
  const needed = packagesOf([...new Set(programs.flatMap(librariesOf))]);
  const listed = new Set(packages);
  assert.deepEqual([...needed].filter((name) => !implied.has(name) && !listed.has(name)), []);
  listed.delete('ca-certificates');
  assert.deepEqual([...listed].filter((name) => !needed.has(name)), []);
});

test('the image has the programs of the local system', () => {
  const [, local] = /^readonly PROGRAMS=\((.*)\)$/m.exec(read('deploy/local/build.bash'));
  assert.deepEqual(programs, local.split(' '));
});

test('the image is made from what is in the sources, and runs as no root', () => {
  const dockerfile = read('deploy/docker/Dockerfile');
  for (const [, path] of dockerfile.matchAll(/^COPY (deploy\S+) /gm)) assert.ok(read(path));
  for (const [, base] of dockerfile.matchAll(/^FROM (\S+)/gm)) assert.equal(base, 'debian:bookworm-slim');
  assert.deepEqual(read('.dockerignore').split('\n').filter((line) => line && !line.startsWith('#')), ['.git', '.arena', 'build*', '**/node_modules']);
});
