// Is an expression PromQL, and does it speak only of metrics and labels that the code has?
import { parser } from '@prometheus-io/lezer-promql';

const SCRAPED = ['job', 'instance'];
const VARIABLES = { $__rate_interval: '1m', $__range: '1h', $service: 'arena-rating', $instance: 'a' };

export function promqlProblems(expression, metrics) {
  const text = Object.entries(VARIABLES).reduce((all, [name, value]) => all.replaceAll(name, value), expression);
  const problems = text.includes('$') ? [`there is a variable left in: ${text}`] : [];
  const known = new Set(SCRAPED);
  const used = [];
  let metric = '';
  parser.parse(text).iterate({
    enter(node) {
      const word = text.slice(node.from, node.to);
      if (node.type.isError) problems.push(`is no PromQL at character ${node.from}: ${text}`);
      if (node.name === 'VectorSelector') metric = '';
      if (node.name === 'Identifier') {
        metric = word;
        if (!metrics.has(metric)) problems.push(`there is no metric ${metric}`);
        for (const label of metrics.get(metric) ?? []) known.add(label);
      }
      if (node.name === 'LabelName') used.push([metric, word, node.matchContext(['GroupingLabels'])]);
    },
  });
  for (const [of, label, isGrouping] of used) {
    const fits = isGrouping ? known.has(label) : SCRAPED.includes(label) || metrics.get(of)?.has(label);
    if (!fits) problems.push(`${of} has no label ${label}: ${text}`);
  }
  return problems;
}
