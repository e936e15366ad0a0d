// What the worker cannot do itself, done in the window.
import { exchangeItems } from '../clean-up/storage-exchange.js';
import type { Question } from '../protocol.js';
import { writeLocalStorage } from '../snapshot/local-storage.js';
import { copyRecords, putRecords } from '../snapshot/window-records.js';

export async function answerQuestion(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'copyRecords': return copyRecords(question.snapshot, question.records, question.openTimeout);
    case 'putRecords': return putRecords(question.snapshot, question.records, question.openTimeout);
    case 'writeLocalStorage': return writeLocalStorage(question.items);
    case 'exchangeItems': return exchangeItems(question.changes, question.onlyLook);
  }
}
