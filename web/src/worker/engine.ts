// The engine as wasm/bindings.cc gives it to the worker.
//
// Text crosses as JavaScript strings (u16string in C++), data as bytes in the
// module's memory: input(n) gives the address of n writable bytes, output()
// the address of what the last query() wrote. Views of the memory are void
// after any call into the module, since the memory may have grown.
// Every call gives "" or an error as JSON: {"code","message","hint","path"}.

export interface Engine {
  /** {"path","vfs","create","readOnly","pageSize"} → opens the store. */
  openStore(optionsJson: string): string;
  closeStore(): string;

  /** Opens a bundle, and checks all of it: {"identity","sources":[{"source","status","records"}],"structure":["…"]}
   *  or an error object. */
  openBundle(path: string, vfs: string): string;
  /** Writes records of a source to the output area, as a batch of about maxBytes; the encoded key to go on behind
   *  lies in the input area. */
  readBundle(source: number, afterLength: number, maxBytes: number): string;
  /** Whether no record of the source follows what was read last. */
  bundleAtEnd(): boolean;
  closeBundle(): void;

  /** Begins a pass over the open store (a bundle opens its own file, inference
   *  needs neither store nor plan).
   *  kind: "migration" | "verification" | "validation" | "probe" | "bundle" | "inference" | "retry" | "comparison" (with the
   *  open bundle);
   *  options: {"now", "initiator"?, "origin"?, "config"? (an object for the history), "batchBytes"?, "batchRecords"?, "targetMs"?,
   *  "sampleSize"?, "maxFailed"?, "incremental"?, "rollbackPoint"?, "tables"?, "path"? and "vfs"? (bundle), "structure"? (bundle:
   *  a snapshot of it, without a plan), "name"? (inference), "ids"?, "table"? and "code"? (retry)}. */
  beginPass(kind: string, planJson: string, sourcesJson: string, optionsJson: string): string;
  /** {"kind":"read"|"work"|"done","source","skip","since","maxBytes","maxRecords"}; `after` is read with stepAfter. */
  step(): string;
  /** Copies the step's encoded key to the input area; its length, 0 for none. */
  stepAfter(): number;
  input(size: number): number;
  /** The batch lies in the input area. */
  apply(length: number, last: boolean, now: number): string;
  /** How long the last apply() took, in ms: what step() asks for follows it. */
  took(ms: number): void;
  work(now: number): string;
  /** As core Progress with its Rate, JSON; `clock`: ms of which pauses are no part. */
  progress(clock: number): string;
  report(): string;
  endPass(): void;
  /** The stored report of the open store's last migration, or "". */
  lastReport(): string;

  /** One page of what the last verification found, JSON, or an error object
   *  with "code": core/include/ferrite/differences.h. */
  differences(requestJson: string): string;
  /** Begins to write all of them. */
  beginExport(requestJson: string): string;
  /** ["text"], the next piece; [] behind the last; or an error object. */
  nextOfExport(): string;
  /** A report as an HTML file, or an error object. */
  reportPage(reportJson: string): string;
  /** Questions about history, logs and audit, and what is done to them: core/include/ferrite/history.h.
   *  actor: {"who", "origin"}. */
  history(requestJson: string, now: number, actorJson: string): string;
  /** core/include/ferrite/clean_up.h: AnswerCleanUp. */
  cleanUp(requestJson: string, now: number, actorJson: string): string;
  /** core/include/ferrite/backup.h: AnswerBackups. */
  backups(requestJson: string): string;
  /** {"beginning":"new"|"continued"|"done"}: what a migration would do; all checks of one, and nothing is written. */
  beginning(planJson: string, sourcesJson: string, incremental: boolean): string;
  /** {"migration","plan","status","startedAt","point"}, or {}: core/include/ferrite/rollback.h. */
  rollbackPoint(): string;
  /** [token] of the last restore into the store. */
  restoredToken(): string;
  /** SQLite's quick_check of the open store. */
  quickCheck(): string;
  /** SQLite's integrity_check of a file that is not the open store. */
  checkFile(path: string, vfs: string): string;
  /** Makes the open store what the file at `path` is; options: {"vfs","now","who","origin","backup","safety","token","reason"}. */
  restoreStore(path: string, optionsJson: string): string;
  /** Before the open store is removed: its migration is rolled back. */
  noteRemoval(optionsJson: string): string;
  /** {"all"?, "table"?, "after"?, "limit"?} → a page of core/include/ferrite/conflict.h. */
  conflicts(filterJson: string): string;
  /** Decides conflicts, also between a pass's last batch and its first work(). */
  resolveConflicts(planJson: string, decisionsJson: string, now: number, origin: string): string;

  /** Sources of a plan as JSON [{source}], or an error object with "code". */
  planSources(planJson: string): string;

  /** What detection looks at, as JSON: {"sources":[{source}],"keys":[{"version","from"}]}. */
  chainTraces(chainJson: string): string;
  /** {"version"}, null when no version's data is there; keysJson: whether each of the keys of chainTraces is there. */
  detectVersion(chainJson: string, sourcesJson: string, keysJson: string): string;
  /** Of the open store, or of one that is not there yet; core/include/ferrite/chain.h has the form. */
  chainStatus(chainJson: string): string;
  stampVersion(chainJson: string, version: number, now: number): string;
  /** options: {"way":"up"|"down","to"?} */
  applyChain(chainJson: string, optionsJson: string, now: number): string;
  repairChain(chainJson: string, now: number): string;

  /** What the plan would do with the open store, or with a new one when none
   *  is open; facts: HostFacts of core/include/ferrite/plan_answer.h. */
  answerPlan(planJson: string, sourcesJson: string, factsJson: string): string;

  /** Which library wrote what: facts and answer as core/include/ferrite/layout.h
   *  says; presetsJson: an array of texts. */
  recognizeLayouts(factsJson: string, presetsJson: string): string;

  /** A page of the ledger goes to the output area, as WritePage of core/include/ferrite/ledger.h
   *  writes it; options: {"ids"?, "table"?, "code"?, "search"?, "offset"?, "limit"?}. */
  failed(optionsJson: string): string;
  /** The corrected record lies encoded in the input area. */
  correctFailed(id: number, length: number, now: number, origin: string): string;
  discardFailed(id: number, now: number, origin: string): string;

  /** Parameters lie encoded in the input area (length 0: none). */
  query(sql: string, parametersLength: number, maxRows: number): string;
  exec(sql: string): string;
  outputAddress(): number;
  outputLength(): number;
  changes(): number;
  /** Decimal text: it may pass 2^53. */
  lastInsertId(): string;

  /** {"sqlite","sourceId","compileOptions":[…]} */
  info(): string;
  delete(): void;
}

/** An open file as the VFS "ferrite-opfs" sees it: the synchronous part of
 *  FileSystemSyncAccessHandle. */
export interface SyncFile {
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

export interface FerriteModule {
  HEAPU8: Uint8Array;
  Engine: new () => Engine;
  /** Files opened beforehand, by the name SQLite uses. */
  ferriteFiles: Map<string, SyncFile>;
}
