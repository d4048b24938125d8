// Writes docs/api.md: every service, call, message and field of lockstep/v1 with its comment. Part of `npm run proto`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const folder = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(folder, '../docs/api.md');
const source = join(folder, 'lockstep/v1');
const files = readdirSync(source)
  .filter((name) => name.endsWith('.proto'))
  .sort();

/** The names of all types, for links. */
const known = new Set();
const sections = files.map((file) => {
  const text = readFileSync(join(source, file), 'utf8');
  const { root } = protobuf.parse(text, { keepCase: true, alternateCommentMode: true });
  const types = root.lookup('lockstep.v1').nestedArray;
  for (const type of types) known.add(type.name);
  const intro = /^((?:\/\/.*\n)+)/.exec(text)?.[1] ?? '';
  return {
    file,
    intro: intro
      .replaceAll(/^\/\/ ?/gm, '')
      .trim()
      .replaceAll('\n', ' '),
    types,
  };
});

const words = (comment) => (comment ?? '').trim().replaceAll(/\s*\n\s*/g, ' ');
const cell = (comment) => words(comment).replaceAll('|', '\\|').replaceAll('<', '&lt;');
const anchor = (name) => `#${name.toLowerCase()}`;
const linked = (name) => (known.has(name) ? `[${name}](${anchor(name)})` : name);
const table = (titles, rows) =>
  [titles, titles.map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`.replaceAll('|  |', '| |'))
    .join('\n');

function service(type) {
  const rows = type.methodsArray.map((method) => [
    `\`${method.name}\``,
    linked(method.requestType),
    `${method.responseStream ? 'stream of ' : ''}${linked(method.responseType)}`,
    cell(method.comment),
  ]);
  return table(['Call', 'Request', 'Answer', 'What it does'], rows);
}

function fieldType(field) {
  if (field.map) return `map of ${field.keyType} to ${linked(field.type)}`;
  if (field.repeated) return `list of ${linked(field.type)}`;
  return linked(field.type);
}

function message(type) {
  const fields = type.fieldsArray;
  if (fields.length === 0) return 'Without fields.';
  const rows = fields.map((field) => {
    // `optional` makes a oneof of its own, whose name begins with an underscore.
    const choice =
      field.partOf !== null && !field.partOf.name.startsWith('_') ? `one of \`${field.partOf.name}\`: ` : '';
    const optional = field.options?.proto3_optional === true ? ', may be absent' : '';
    return [`\`${field.name}\``, String(field.id), `${choice}${fieldType(field)}${optional}`, cell(field.comment)];
  });
  return table(['Field', 'No.', 'Type', 'Meaning'], rows);
}

function enumeration(type) {
  const rows = Object.entries(type.values).map(([name, number]) => [
    `\`${name}\``,
    String(number),
    cell(type.comments[name]),
  ]);
  return table(['Value', 'No.', 'Meaning'], rows);
}

function describe(type) {
  const body =
    type instanceof protobuf.Service
      ? service(type)
      : type instanceof protobuf.Enum
        ? enumeration(type)
        : message(type);
  const comment = words(type.comment);
  return [`### ${type.name}`, ...(comment === '' ? [] : [comment]), body].join('\n\n');
}

const services = sections.flatMap(({ types }) => types.filter((type) => type instanceof protobuf.Service));
const text = [
  '# The gRPC API of the controller',
  'Generated from `proto/lockstep/v1/` by `npm run proto`: change the comments there, not this page.',
  'The controller listens on port 3372. Every call that changes something ends with the gRPC status OK and `answers`: it failed when one of them has `SEVERITY_ERROR`; their codes are explained in [errors.md](errors.md). It takes a `request_id`: the same id again gives the answer of the first time. Server reflection and `grpc.health.v1` are served too; `--grpcurl` makes every command of `lockstep` print its call.',
  `Services: ${services.map(({ name }) => linked(name)).join(', ')}.`,
  ...sections.map(({ file, intro, types }) => [`## ${file}`, intro, ...types.map(describe)].join('\n\n')),
].join('\n\n');
writeFileSync(target, `${text}\n`);
