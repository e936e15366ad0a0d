import type { ErrorCode } from './generated/error-codes.js';

export interface ErrorFields {
  code: ErrorCode;
  message: string;
  /** What to do about it, or "". */
  hint?: string;
  /** JSON Pointer into the plan or the record that is at fault, or "". */
  path?: string;
}

/** Everything Ferrite rejects with; `code` never changes its meaning. */
export class FerriteError extends Error {
  override readonly name = 'FerriteError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly path: string;

  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(fields.message, options);
    this.code = fields.code;
    this.hint = fields.hint ?? '';
    this.path = fields.path ?? '';
  }

  toJSON(): Required<ErrorFields> {
    return { code: this.code, message: this.message, hint: this.hint, path: this.path };
  }
}

/** Any thrown value as a FerriteError; one that is already stays as it is. */
export function toFerriteError(thrown: unknown): FerriteError {
  if (thrown instanceof FerriteError) return thrown;
  const { name, message } = (thrown ?? {}) as Partial<Error>;
  const text = message ? `${name}: ${message}` : String(thrown);
  const code = name === 'QuotaExceededError' ? 'store_full'
    : /out of memory|OOM|allocation failed/i.test(text) ? 'out_of_memory' : 'internal';
  return new FerriteError({ code, message: text }, { cause: thrown });
}
