// Are these objects what Kubernetes' API says? Types and required fields by kubernetes-models (JSON
// schema), fields that do not exist by the model maps of Kubernetes' own client.
import { createRequire } from 'node:module';
import * as models from './node_modules/@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';

const require = createRequire(import.meta.url);

export function schemaProblems(object) {
  const where = `${object.kind}/${object.metadata?.name}`;
  const problems = [];
  try {
    const model = require(`kubernetes-models/${object.apiVersion}/${object.kind}`)[object.kind];
    new model(object).validate();
  } catch (error) {
    problems.push(`${where}: ${error.message.split('\n')[0]}`);
  }
  const map = models[`V1${object.kind}`];
  if (!map) return [...problems, `${where}: this check has no model of the kind`];
  return [...problems, ...unknownFields(object, `V1${object.kind}`, where)];
}

function unknownFields(value, type, where) {
  if (value === null) return [`${where}: has no value`];
  const list = /^Array<(.+)>$/.exec(type);
  if (list) return Array.isArray(value) ? value.flatMap((item, i) => unknownFields(item, list[1], `${where}[${i}]`)) : [];
  const dictionary = /^\{ \[key: string\]: (.+); \}$/.exec(type);
  if (dictionary) {
    return Object.entries(value).flatMap(([key, item]) => unknownFields(item, dictionary[1], `${where}.${key}`));
  }
  const model = models[type];
  if (!model?.getAttributeTypeMap || typeof value !== 'object') return [];
  const attributes = new Map(model.getAttributeTypeMap().map((attribute) => [attribute.baseName, attribute.type]));
  return Object.entries(value).flatMap(([key, item]) =>
    attributes.has(key) ? unknownFields(item, attributes.get(key), `${where}.${key}`) : [`${where}: there is no field '${key}'`],
  );
}
