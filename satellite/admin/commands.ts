/** The commands of the admin socket: `lockstepadm` in terms of the engine. Arguments are checked here, rules are the core's. */
import { z } from 'zod';
import { asOperationError, OperationError } from '../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../common/ids.ts';
import type { Bytes } from '../../common/units.ts';
import { type BackingStores, closeBackingVolume, readWhole } from '../engine/backing.ts';
import type { Engine } from '../engine/engine.ts';
import type { StoredVolume } from '../provision/desired-state.ts';
import type { ResourceStatus } from '../replication/status.ts';
import type { AdminCommand, CommandContext } from './admin-server.ts';
import { delPeer, forgetPeer, type KnownPeers, newPeer } from './membership-commands.ts';
import { dumpMetadata } from './metadata-dump.ts';
import { blockSizeArgs, growDisk, growDiskArgs, resize, resizeArgs, setBlockSize } from './size-commands.ts';
import { changeEvents, existsEvents, helperEvent, type ObservedResource, statusObjects } from './status-events.ts';

/** Changes within this time are told as one batch. */
const BATCH_MS = 50;
/** Progress of a resync is no event of the core; it is looked at this often. */
const PROGRESS_MS = 500;

export interface CommandsOptions {
  readonly engine: Engine;
  readonly stores: BackingStores;
  readonly problems: (resource: string) => readonly OperationError[];
  /** Durably. */
  readonly rename: (resource: string, localName: string) => Promise<void>;
  /** Also of resources that could not be brought up. */
  readonly storedVolumes: (resource: string) => readonly StoredVolume[] | undefined;
  /** Also of peers that were removed by hand. */
  readonly storedPeers: KnownPeers['storedPeers'];
}

const resourceArgs = z.object({ resource: z.string() });
const someResourceArgs = z.object({ resource: z.string().optional() });
const eventsArgs = someResourceArgs.extend({
  now: z.boolean().default(false),
  statistics: z.boolean().default(false),
  full: z.boolean().default(false),
  diff: z.boolean().default(false),
});
const promoteArgs = resourceArgs.extend({ force: z.boolean().default(false) });
const peerArgs = resourceArgs.extend({ peer: z.union([z.string(), z.int()]) });
const connectArgs = peerArgs.extend({ discardMyData: z.boolean().default(false) });
const optionArgs = resourceArgs.extend({
  scope: z.enum(['resource', 'net', 'disk', 'peer-device']),
  peer: z.union([z.string(), z.int()]).optional(),
  volume: z.int().min(0).optional(),
  values: z.record(z.string().max(64), z.string().max(128)),
});
const verifyArgs = peerArgs.extend({
  volume: z.int().min(0).optional(),
  start: z.int().min(0).optional(),
  stop: z.int().min(0).optional(),
});
const invalidateArgs = resourceArgs.extend({
  peer: z.union([z.string(), z.int()]).optional(),
  volume: z.int().min(0).optional(),
  resetBitmap: z.boolean().default(true),
});
const invalidateRemoteArgs = invalidateArgs.required({ peer: true });
const volumeArgs = resourceArgs.extend({ volume: z.int().min(0) });
const renameArgs = resourceArgs.extend({ newName: z.string().max(255) });
const someVolumeArgs = resourceArgs.extend({ volume: z.int().min(0).optional() });

export function adminCommands(options: CommandsOptions): ReadonlyMap<string, AdminCommand> {
  const { engine } = options;
  const commands: [string, AdminCommand][] = [
    ['status', command(someResourceArgs, async (args) => status(options, args.resource))],
    ['events2', command(eventsArgs, (args, context) => events(engine, args, context))],
    ['primary', command(promoteArgs, ({ resource, force }) => engine.perform(resource, { kind: 'promote', force }))],
    ['secondary', command(resourceArgs, ({ resource }) => engine.perform(resource, { kind: 'demote' }))],
    ['suspend-io', command(resourceArgs, ({ resource }) => engine.perform(resource, { kind: 'suspend-io' }))],
    ['resume-io', command(resourceArgs, ({ resource }) => engine.perform(resource, { kind: 'resume-io' }))],
    ['outdate', command(resourceArgs, ({ resource }) => engine.perform(resource, { kind: 'outdate' }))],
    [
      'connect',
      command(connectArgs, ({ resource, peer, discardMyData }) =>
        engine.perform(resource, { kind: 'connect', peer: peerOf(engine, resource, peer), discardMyData }),
      ),
    ],
    [
      'disconnect',
      command(peerArgs, ({ resource, peer }) =>
        engine.perform(resource, { kind: 'disconnect', peer: peerOf(engine, resource, peer) }),
      ),
    ],
    ['new-peer', command(peerArgs, (args) => newPeer(options, args))],
    ['del-peer', command(peerArgs, (args) => delPeer(options, args))],
    ['forget-peer', command(peerArgs, (args) => forgetPeer(options, args))],
    ['pause-sync', command(peerArgs, ({ resource, peer }) => eachVolume(engine, resource, peer, 'pause-sync'))],
    ['resume-sync', command(peerArgs, ({ resource, peer }) => eachVolume(engine, resource, peer, 'resume-sync'))],
    ['verify', command(verifyArgs, (args) => verify(engine, args))],
    ['invalidate', command(invalidateArgs, (args) => invalidate(engine, args))],
    ['invalidate-remote', command(invalidateRemoteArgs, (args) => invalidateRemote(engine, args))],
    ['attach', command(volumeArgs, ({ resource, volume }) => engine.attach(resource, volume as VolumeNumber))],
    ['detach', command(volumeArgs, ({ resource, volume }) => engine.detach(resource, volume as VolumeNumber))],
    ['resize', command(resizeArgs, (args) => resize(options, args))],
    ['grow-disk', command(growDiskArgs, (args) => growDisk(options, args))],
    ['bitmap-block-size', command(blockSizeArgs, (args) => setBlockSize(options, args))],
    ['set-options', command(optionArgs, (args) => setOptions(engine, args))],
    [
      'show-gi',
      command(someVolumeArgs, async ({ resource, volume }) => generations(engine.statusOf(resource), volume)),
    ],
    ['dump-md', command(someVolumeArgs, ({ resource, volume }) => dumps(options, resource, volume))],
    ['rename-resource', command(renameArgs, ({ resource, newName }) => options.rename(resource, newName))],
  ];
  return new Map(
    commands.map(([verb, run]) => [verb, async (args, context) => run(byKnownName(engine, args), context)]),
  );
}

/** People say what the resource is called on this node; everything behind here goes by what disks and peers know it as. */
function byKnownName(engine: Engine, args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { resource } = args;
  return typeof resource === 'string' ? { ...args, resource: engine.knownAs(resource) } : args;
}

async function eachVolume(
  engine: Engine,
  resource: string,
  name: string | number,
  kind: 'pause-sync' | 'resume-sync',
): Promise<void> {
  const peer = peerOf(engine, resource, name);
  for (const { volume } of engine.statusOf(resource).volumes) await engine.perform(resource, { kind, volume, peer });
}

/** Answered when it runs; the event `verify-end` tells what it found. */
async function verify(engine: Engine, args: z.output<typeof verifyArgs>): Promise<void> {
  const peer = peerOf(engine, args.resource, args.peer);
  const range = {
    ...(args.start === undefined ? {} : { start: args.start as Bytes }),
    ...(args.stop === undefined ? {} : { stop: args.stop as Bytes }),
  };
  for (const volume of chosenVolumes(engine, args))
    await engine.perform(args.resource, { kind: 'verify', volume, peer, ...range });
}

async function invalidate(engine: Engine, args: z.output<typeof invalidateArgs>): Promise<void> {
  const { resource, resetBitmap } = args;
  const from = args.peer === undefined ? {} : { peer: peerOf(engine, resource, args.peer) };
  for (const volume of chosenVolumes(engine, args))
    await engine.perform(resource, { kind: 'invalidate', volume, resetBitmap, ...from });
}

async function invalidateRemote(engine: Engine, args: z.output<typeof invalidateRemoteArgs>): Promise<void> {
  const { resource, resetBitmap } = args;
  const peer = peerOf(engine, resource, args.peer);
  for (const volume of chosenVolumes(engine, args))
    await engine.perform(resource, { kind: 'invalidate-remote', volume, peer, resetBitmap });
}

function chosenVolumes(
  engine: Engine,
  { resource, volume }: { readonly resource: string; readonly volume?: number | undefined },
): readonly VolumeNumber[] {
  if (volume !== undefined) return [volume as VolumeNumber];
  return engine.statusOf(resource).volumes.map((each) => each.volume);
}

function command<Schema extends z.ZodType>(
  schema: Schema,
  run: (args: z.output<Schema>, context: CommandContext) => Promise<unknown>,
): AdminCommand {
  return async (args, context) => {
    const parsed = schema.safeParse(args);
    if (parsed.success) return run(parsed.data, context);
    const issue = parsed.error.issues[0];
    throw new OperationError('INVALID_ARGUMENT', 'the arguments do not fit the command', {
      cause: issue === undefined ? 'they do not parse' : `${issue.path.join('.')}: ${issue.message}`,
    });
  };
}

/** Each volume with the path of its data, each resource with what is wrong with it. */
function status(options: CommandsOptions, resource: string | undefined): unknown {
  const { engine, problems } = options;
  const names = resource === undefined ? engine.names() : [resource];
  return names.map((name) => {
    const found = engine.statusOf(name);
    return {
      ...found,
      volumes: found.volumes.map((volume) => ({ ...volume, ...pathOf(engine, name, volume.volume) })),
      connections: found.connections.map((each) => ({ ...each, ...engine.linkTo(name, each) })),
      problems: problems(name).map(({ code, number, message, because, correction }) => ({
        code,
        number,
        message,
        cause: because,
        correction,
      })),
    };
  });
}

function pathOf(engine: Engine, resource: string, volume: VolumeNumber): { backingPath?: string } {
  const backing = engine.backing(resource, volume);
  return backing === undefined ? {} : { backingPath: backing.path };
}

/** The state now, then batches of what changed. Ends after the dump with `now`, else when the caller goes. */
async function events(engine: Engine, args: z.output<typeof eventsArgs>, context: CommandContext): Promise<void> {
  const { resource, now, statistics } = args;
  if (resource !== undefined) engine.statusOf(resource);
  const look = () => statusObjects(observe(engine, resource), { statistics });
  let shown = look();
  for (const event of existsEvents(shown)) context.emit(event);
  if (now || context.signal.aborted) return;
  await new Promise<void>((resolve) => {
    let batch: NodeJS.Timeout | undefined;
    const tell = (): void => {
      batch = undefined;
      const seen = look();
      for (const event of changeEvents(shown, seen, args)) context.emit(event);
      shown = seen;
    };
    const unsubscribe = engine.onEvent(({ resource: name, event }) => {
      batch ??= setTimeout(tell, BATCH_MS);
      if (event?.kind !== 'handler' || (resource !== undefined && name !== resource)) return;
      // What it was called for comes first.
      clearTimeout(batch);
      tell();
      const helper = helperEvent(engine.statusOf(name), event);
      if (helper !== undefined) context.emit(helper);
    });
    const progress = setInterval(() => {
      batch ??= setTimeout(tell, 0);
    }, PROGRESS_MS);
    const end = (): void => {
      unsubscribe();
      clearInterval(progress);
      clearTimeout(batch);
      resolve();
    };
    context.signal.addEventListener('abort', end, { once: true });
  });
}

function observe(engine: Engine, resource: string | undefined): ObservedResource[] {
  const names = engine.names().filter((name) => resource === undefined || name === resource);
  return names.map((name) => ({
    knownAs: name,
    status: engine.statusOf(name),
    backingPath: (volume) => engine.backing(name, volume as VolumeNumber)?.path,
    paths: (connection) => engine.linkTo(name, connection).paths,
  }));
}

/** Counts from now on, until the resource is brought up anew. @throws OperationError OPTION_*, and nothing has changed. */
async function setOptions(engine: Engine, args: z.output<typeof optionArgs>): Promise<void> {
  const { resource, scope, peer, volume, values } = args;
  const change = {
    scope,
    peer: peer === undefined ? undefined : peerOf(engine, resource, peer),
    volume: volume as VolumeNumber | undefined,
    values,
  };
  await engine.setOptions(resource, change);
}

/** By name, or by node id. */
function peerOf(engine: Engine, resource: string, peer: string | number): NodeId {
  const { name: localName, connections } = engine.statusOf(resource);
  const found = connections.find((connection) => connection.name === peer || String(connection.peer) === String(peer));
  if (found !== undefined) return found.peer;
  throw new OperationError('NODE_NOT_FOUND', `resource ${localName} has no peer "${peer}"`, {
    correction: `Its peers: ${connections.map(({ name }) => name).join(', ') || 'none'}.`,
    refs: { resource },
  });
}

function generations(found: ResourceStatus, volume: number | undefined): unknown {
  return chosen(found.volumes, found.name, volume).map((device) => ({
    volume: `${found.name}/${device.volume}`,
    disk: device.disk,
    'current-uuid': device.currentGeneration,
    'history-uuids': device.history,
    flags: device.flags,
    peers: found.connections.flatMap((connection) =>
      connection.peerDevices
        .filter((peerDevice) => peerDevice.volume === device.volume)
        .map((peerDevice) => ({
          peer: connection.name,
          'node-id': connection.peer,
          'bitmap-uuid': peerDevice.bitmapGeneration,
          'out-of-sync-bytes': peerDevice.outOfSyncBytes,
        })),
    ),
  }));
}

async function dumps(options: CommandsOptions, resource: string, volume: number | undefined): Promise<unknown> {
  const volumes = options.storedVolumes(resource);
  if (volumes === undefined)
    throw new OperationError('RESOURCE_NOT_FOUND', `there is no resource "${resource}" on this node`, {
      correction: 'See: lockstepadm status.',
    });
  return Promise.all(chosen(volumes, resource, volume).map((stored) => dump(options, resource, stored)));
}

async function dump(
  { engine, stores }: CommandsOptions,
  resource: string,
  { volume, pool }: StoredVolume,
): Promise<unknown> {
  if (pool === undefined)
    return { volume: `${resource}/${volume}`, metadata: 'none: the volume is diskless on this node' };
  const identity = { resource, volume, node: engine.statusOf(resource).node };
  const attached = engine.backing(resource, volume);
  if (attached !== undefined) return dumpMetadata(await readWhole(attached.metadata), identity, attached.path);
  try {
    const backing = await stores.open(pool, resource, volume);
    try {
      return dumpMetadata(await readWhole(backing.metadata), identity, backing.path);
    } finally {
      await closeBackingVolume(backing);
    }
  } catch (error) {
    const { code, message, because } = asOperationError(error);
    return {
      volume: `${resource}/${volume}`,
      problem: `${code}: ${message}${because === undefined ? '' : ` (${because})`}`,
    };
  }
}

function chosen<V extends { readonly volume: VolumeNumber }>(
  volumes: readonly V[],
  resource: string,
  volume: number | undefined,
): readonly V[] {
  if (volume === undefined) return volumes;
  const found = volumes.filter((candidate) => candidate.volume === volume);
  if (found.length > 0) return found;
  throw new OperationError('VOLUME_NOT_FOUND', `resource ${resource} has no volume ${volume}`, {
    refs: { resource, volume: String(volume) },
  });
}
