// Asks a running Prometheus everything that the dashboard asks, and fails on errors and on panels
// without a series:  node live.mjs http://127.0.0.1:9090
import { readdirSync } from 'node:fs';
import { ROOT, read } from './source.mjs';

const [server] = process.argv.slice(2);
// Series that appear only once something went wrong, or that a short run does not make.
const MAY_BE_EMPTY = /code!="OK"|_refused_total|_refusals_total|_redraws_total/;
const VARIABLES = { $__rate_interval: '1m', $service: 'arena-.+', $instance: '.+' };

const problems = [];
let asked = 0;
for (const file of readdirSync(`${ROOT}deploy/monitoring/dashboards`)) {
  for (const { title, targets = [] } of JSON.parse(read(`deploy/monitoring/dashboards/${file}`)).panels) {
    for (const { expr } of targets) {
      const query = Object.entries(VARIABLES).reduce((text, [name, value]) => text.replaceAll(name, value), expr);
      const response = await fetch(`${server}/api/v1/query?query=${encodeURIComponent(query)}`);
      const { status, error, data } = await response.json();
      asked += 1;
      if (status !== 'success') problems.push(`'${title}': ${error}: ${query}`);
      else if (data.result.length === 0 && !MAY_BE_EMPTY.test(query)) problems.push(`'${title}' shows nothing: ${query}`);
    }
  }
}
console.log(`${asked} queries, ${problems.length} problems`);
problems.forEach((problem) => console.error(problem));
process.exitCode = problems.length === 0 ? 0 : 1;
