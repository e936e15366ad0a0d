// The program's commands. Each prints its result itself and gives the exit
// status; an Error is printed by main, which exits with its status.
#ifndef FERRITE_NATIVE_CLI_COMMANDS_H_
#define FERRITE_NATIVE_CLI_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/backup.h"
#include "ferrite/error.h"
#include "ferrite/pass.h"
#include "native/cli/console.h"
#include "native/cli/key_options.h"
#include "native/drive/drive.h"

namespace ferrite {

struct InspectOptions {
  std::string file;
  KeyOptions key;
};
Result<int> Inspect(const InspectOptions& options, const Console& console);

struct MigrateOptions {
  std::string bundle;
  std::string plan;
  std::string chain;  // in place of the plan
  std::string store;
  bool dry_run = false;
  bool incremental = false;
  uint64_t sample = 0;  // records of each source, on a scratch store; 0: all
  uint32_t batch_records = 0;  // 0: as many as the bytes allow
  uint32_t batch_bytes = 2 << 20;
  double target_ms = kBatchTargetMs;
  int delay_ms = 0;  // between two batches
  size_t threads = DefaultThreads();
  bool stop_on_error = false;
  std::optional<uint64_t> max_errors;
  std::string decisions;  // a file of what "ask" asks for; empty: none
  KeyOptions key;         // of the bundle
  bool no_backup = false;
  bool no_rollback = false;
  bool no_retention = false;
  RetentionLimits backups;
};
Result<int> Migrate(const MigrateOptions& options, const Console& console);

struct FailedOptions {
  std::string store;
  std::vector<int64_t> ids;
  std::string table;
  std::string code;
  std::string search;
  uint64_t offset = 0;
  uint64_t limit = 50;
  std::string file;  // of correct: the record; of export: empty is stdout
  bool confirmed = false;
};
// Prints the ledger's records; the exit status is 0 whether there are any.
Result<int> FailedList(const FailedOptions& options, const Console& console);
// One of them, with all its data.
Result<int> FailedShow(const FailedOptions& options, const Console& console);
// All of them, one JSON document a line, whether --json is given or not.
Result<int> FailedExport(const FailedOptions& options, const Console& console);
Result<int> FailedCorrect(const FailedOptions& options, const Console& console);
Result<int> FailedDiscard(const FailedOptions& options, const Console& console);

struct RetryCommandOptions {
  std::string plan;
  FailedOptions failed;
};
Result<int> RetryFailed(const RetryCommandOptions& options,
                        const Console& console);

struct ValidateOptions {
  std::string plan;
  std::string bundle;
  KeyOptions key;  // of the bundle
};
Result<int> Validate(const ValidateOptions& options, const Console& console);

struct PlanCheckOptions {
  std::string plan;
};
Result<int> PlanCheck(const PlanCheckOptions& options, const Console& console);

struct PlanExplainOptions {
  std::string plan;
  std::string bundle;
  std::string store;  // empty: a new one
  double limit_ms = 0;
  KeyOptions key;  // of the bundle
};
Result<int> PlanExplain(const PlanExplainOptions& options,
                        const Console& console);

struct VerifyOptions {
  std::string bundle;
  std::string plan;
  std::string store;
  uint64_t sample = 0;              // records of each source; 0: all
  std::vector<std::string> tables;  // none: all
  KeyOptions key;                   // of the bundle
};
Result<int> Verify(const VerifyOptions& options, const Console& console);

struct ConflictsListOptions {
  std::string store;
  std::string table;  // empty: all
  bool all = false;   // those that were decided too
  int64_t after = 0;
  uint32_t limit = 100;
};
Result<int> ConflictsList(const ConflictsListOptions& options,
                          const Console& console);

struct ConflictsResolveOptions {
  std::string store;
  std::string plan;
  std::string decisions;
};
Result<int> ConflictsResolve(const ConflictsResolveOptions& options,
                             const Console& console);

enum class VersionsAction { kStatus, kUp, kDown, kRepair };

struct VersionsOptions {
  VersionsAction action = VersionsAction::kStatus;
  std::string store;
  std::string chain;
  std::optional<int64_t> to;  // none: the chain's newest
};
// Prints the status afterwards; the exit status is that of kDrift when the
// store differs from the chain.
Result<int> Versions(const VersionsOptions& options, const Console& console);
struct PlanInferOptions {
  std::string bundle;
  std::string output;  // empty: stdout
  uint64_t sample = 2000;
  KeyOptions key;  // of the bundle
};
Result<int> PlanInfer(const PlanInferOptions& options, const Console& console);

struct SyncPushOptions {
  std::string store;
  std::string server;
  std::string token;
  uint32_t max_push = 1 << 20;
  int retries = 8;  // in a row, without an answer in between
  int retry_delay_ms = 250;
  int timeout_s = 30;
  bool restart = false;
};
Result<int> SyncPush(const SyncPushOptions& options, const Console& console);

struct ServeOptions {
  std::string store;
  std::string listen = "127.0.0.1:8787";
  std::string tokens_file;
  std::string tokens;  // token=tenant,…
  std::string port_file;
  uint64_t max_body = uint64_t{8} << 20;
  uint64_t max_connections = 256;
  int idle_timeout_s = 60;
};
Result<int> Serve(const ServeOptions& options, const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_COMMANDS_H_
