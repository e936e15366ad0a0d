import type { ErrorCode } from '../generated/error-codes.js';
import { FerriteError } from '../error.js';

const HINTS: Partial<Record<ErrorCode, string>> = {
  container_damaged: 'Get the file again.',
  container_foreign: 'Give a file that Ferrite packed or encrypted.',
  container_base: 'Apply the containers in the order in which they were made.',
  key_wrong: 'Give the key that the file was encrypted with.',
  key_missing: 'Give the key.',
  not_encrypted: 'Leave the key out if that is what you expect.',
};

export const failure = (code: ErrorCode, message: string, cause?: unknown, hint = HINTS[code] ?? ''): FerriteError =>
  new FerriteError({ code, message, hint }, { cause });
