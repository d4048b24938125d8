/**
 * The one place where .proto files become gRPC definitions. The options below must equal those of `gen.mjs`, which
 * writes the types in `gen/`: field names in camelCase, int64 as number, enums as words, unset `optional` fields absent.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GrpcObject, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader';
import type { ProtoGrpcType as SatelliteTypes } from './gen/satellite.ts';
import type { ProtoGrpcType as AdviceTypes } from './gen/advice.ts';
import type { ProtoGrpcType as AnswerTypes } from './gen/answer.ts';
import type { ProtoGrpcType as ConnectionTypes } from './gen/connection.ts';
import type { ProtoGrpcType as ControllerTypes } from './gen/controller.ts';
import type { ProtoGrpcType as ErrorReportTypes } from './gen/error_report.ts';
import type { ProtoGrpcType as EventTypes } from './gen/event.ts';
import type { ProtoGrpcType as KeyValueStoreTypes } from './gen/key_value_store.ts';
import type { ProtoGrpcType as MigrationTypes } from './gen/migration.ts';
import type { ProtoGrpcType as NodeTypes } from './gen/node.ts';
import type { ProtoGrpcType as PropertyTypes } from './gen/property.ts';
import type { ProtoGrpcType as ResourceTypes } from './gen/resource.ts';
import type { ProtoGrpcType as ResourceDefinitionTypes } from './gen/resource_definition.ts';
import type { ProtoGrpcType as ResourceGroupTypes } from './gen/resource_group.ts';
import type { ProtoGrpcType as StoragePoolTypes } from './gen/storage_pool.ts';
import type { ProtoGrpcType as VolumeTypes } from './gen/volume.ts';
import type { ProtoGrpcType as VolumeDefinitionTypes } from './gen/volume_definition.ts';

const OPTIONS: Options = { longs: Number, enums: String, defaults: true, oneofs: true };

const FILES = [
  'lockstep/v1/advice.proto',
  'lockstep/v1/answer.proto',
  'lockstep/v1/node.proto',
  'lockstep/v1/property.proto',
  'lockstep/v1/connection.proto',
  'lockstep/v1/key_value_store.proto',
  'lockstep/v1/storage_pool.proto',
  'lockstep/v1/resource_definition.proto',
  'lockstep/v1/volume_definition.proto',
  'lockstep/v1/resource_group.proto',
  'lockstep/v1/resource.proto',
  'lockstep/v1/migration.proto',
  'lockstep/v1/volume.proto',
  'lockstep/v1/controller.proto',
  'lockstep/v1/error_report.proto',
  'lockstep/v1/event.proto',
  'lockstep/satellite/v1/satellite.proto',
];

type V1 = AdviceTypes['lockstep']['v1'] &
  AnswerTypes['lockstep']['v1'] &
  ErrorReportTypes['lockstep']['v1'] &
  NodeTypes['lockstep']['v1'] &
  PropertyTypes['lockstep']['v1'] &
  ConnectionTypes['lockstep']['v1'] &
  KeyValueStoreTypes['lockstep']['v1'] &
  StoragePoolTypes['lockstep']['v1'] &
  ResourceDefinitionTypes['lockstep']['v1'] &
  ResourceGroupTypes['lockstep']['v1'] &
  VolumeDefinitionTypes['lockstep']['v1'] &
  ResourceTypes['lockstep']['v1'] &
  MigrationTypes['lockstep']['v1'] &
  VolumeTypes['lockstep']['v1'] &
  ControllerTypes['lockstep']['v1'] &
  EventTypes['lockstep']['v1'];

export interface LockstepApi {
  /** What people and drivers call: `api.v1.NodeService` is a client constructor, `.service` its definition. */
  readonly v1: V1;
  /** What the controller calls. */
  readonly satellite: SatelliteTypes['lockstep']['satellite']['v1'];
}

let loaded: LockstepApi | undefined;

/** Parsed once per process. @throws Error when the .proto files are missing beside this file (a broken build). */
export function loadApi(): LockstepApi {
  loaded ??= load();
  return loaded;
}

/** What clients may call, by full name (`lockstep.v1.NodeService`): for whoever describes the API to others. */
export function clientApi(): PackageDefinition {
  return parse(FILES.filter((file) => file.startsWith('lockstep/v1/')));
}

function parse(files: readonly string[]): PackageDefinition {
  const folder = dirname(fileURLToPath(import.meta.url));
  if (!existsSync(join(folder, 'lockstep/v1/node.proto'))) {
    throw new Error(`no .proto files beside ${folder}: run the build again (it copies them)`);
  }
  return loadSync([...files], { ...OPTIONS, includeDirs: [folder] });
}

function load(): LockstepApi {
  const root: GrpcObject = loadPackageDefinition(parse(FILES));
  // The generated types describe exactly these files with these options.
  const lockstep = root['lockstep'] as unknown as { v1: V1; satellite: { v1: LockstepApi['satellite'] } };
  return { v1: lockstep.v1, satellite: lockstep.satellite.v1 };
}
