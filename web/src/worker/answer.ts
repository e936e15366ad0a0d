// The engine's answers: "" or an error as JSON, or JSON that is one or the other.
import { FerriteError, type ErrorFields } from '../error.js';

export function check(answer: string): void {
  if (answer !== '') throw new FerriteError(JSON.parse(answer) as ErrorFields);
}

export function parse<T extends object>(answer: string): T {
  const value = JSON.parse(answer) as T | ErrorFields;
  if ('code' in value && 'message' in value) throw new FerriteError(value as ErrorFields);
  return value as T;
}
