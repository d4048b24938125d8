// Original file: lockstep/satellite/v1/satellite.proto

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from '../../../lockstep/v1/ApiAnswer.ts';
import type { Long } from '@grpc/proto-loader';

export interface HelloResponse {
  /**
   * At least one ERROR entry: refused, and the rest is only informative.
   */
  'answers'?: (_lockstep_v1_ApiAnswer)[];
  'nodeName'?: (string);
  'satelliteVersion'?: (string);
  /**
   * Chosen version of this API.
   */
  'apiVersion'?: (number);
  /**
   * Versions of the replication wire protocol that this satellite speaks.
   */
  'wireVersionMin'?: (number);
  'wireVersionMax'?: (number);
  /**
   * Highest epoch that the satellite has seen.
   */
  'epoch'?: (number | string | Long);
  /**
   * Differs after each start of the satellite program.
   */
  'instanceId'?: (string);
  'replicationPort'?: (number);
  'nbdPort'?: (number);
  /**
   * FILE, FILE_THIN, DEVICE.
   */
  'providerKinds'?: (string)[];
}

export interface HelloResponse__Output {
  /**
   * At least one ERROR entry: refused, and the rest is only informative.
   */
  'answers': (_lockstep_v1_ApiAnswer__Output)[];
  'nodeName': (string);
  'satelliteVersion': (string);
  /**
   * Chosen version of this API.
   */
  'apiVersion': (number);
  /**
   * Versions of the replication wire protocol that this satellite speaks.
   */
  'wireVersionMin': (number);
  'wireVersionMax': (number);
  /**
   * Highest epoch that the satellite has seen.
   */
  'epoch': (number);
  /**
   * Differs after each start of the satellite program.
   */
  'instanceId': (string);
  'replicationPort': (number);
  'nbdPort': (number);
  /**
   * FILE, FILE_THIN, DEVICE.
   */
  'providerKinds': (string)[];
}
