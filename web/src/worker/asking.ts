// What a worker cannot do itself it asks its window to do.
import { FerriteError, type ErrorFields } from '../error.js';
import type { Answers, Question } from '../protocol.js';

interface Asked {
  resolve: (answer: never) => void;
  reject: (error: FerriteError) => void;
}

/** One question at a time per operation. */
export class Asking {
  readonly #post: (id: number, question: Question) => void;
  readonly #asked = new Map<number, Asked>();

  constructor(post: (id: number, question: Question) => void) {
    this.#post = post;
  }

  ask<K extends Question['ask']>(id: number, question: Extract<Question, { ask: K }>): Promise<Answers[K]> {
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#post(id, question);
    });
  }

  answer(id: number, answer: unknown): void {
    this.#asked.get(id)?.resolve(answer as never);
    this.#asked.delete(id);
  }

  fail(id: number, error: ErrorFields): void {
    this.#asked.get(id)?.reject(new FerriteError(error));
    this.#asked.delete(id);
  }
}
