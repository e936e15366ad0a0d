#include <array>
#include <optional>
#include <utility>

#include "ferrite/store.h"
#include "native/stores/server_store.h"
#include "native/stores/server_tables.h"

namespace ferrite {
namespace {

constexpr char kTables[] = R"sql(
CREATE TABLE IF NOT EXISTS ferrite_push_ledger(
  tenant TEXT, client TEXT, epoch TEXT, last INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY(tenant, client, epoch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_push_outcome(
  tenant TEXT, client TEXT, epoch TEXT, sequence INTEGER, hash BLOB NOT NULL,
  status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(tenant, client, epoch, sequence)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_push_table(
  name TEXT PRIMARY KEY COLLATE NOCASE, schema BLOB NOT NULL) WITHOUT ROWID;
)sql";

std::array<uint8_t, 16> HashBlob(const Hash128& hash) {
  std::array<uint8_t, 16> bytes;
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<uint8_t>(hash.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<uint8_t>(hash.low >> (56 - 8 * i));
  }
  return bytes;
}

std::optional<Hash128> HashFromBlob(Bytes bytes) {
  if (bytes.size() != 16) return std::nullopt;
  Hash128 hash;
  for (int i = 0; i < 8; ++i) {
    hash.high = hash.high << 8 | bytes[i];
    hash.low = hash.low << 8 | bytes[8 + i];
  }
  return hash;
}

class SqliteServerStore : public ServerStore {
 public:
  explicit SqliteServerStore(std::unique_ptr<Store> store)
      : store_(std::move(store)), tables_(store_.get()) {}

  Result<void> Prepare();
  Result<std::vector<PushAnswer>> Apply(std::span<const IncomingPush> pushes,
                                        int64_t now) override;

 private:
  struct Recorded {
    std::optional<Hash128> hash;
    PushAnswer answer;
  };

  Result<PushAnswer> ApplyOne(const IncomingPush& push, int64_t now);
  // Decides over rows and refusal of a push whose turn it is.
  Result<PushAnswer> ApplyRows(std::string_view tenant, PushReader* push);
  Result<uint64_t> Last(std::string_view tenant, const PushHeader& header);
  Result<Recorded> Find(std::string_view tenant, const PushHeader& header);
  Result<void> Record(std::string_view tenant, const PushHeader& header,
                      const Hash128& hash, const PushAnswer& answer,
                      int64_t now);

  std::unique_ptr<Store> store_;
  ServerTables tables_;  // its statements go before the store
  std::optional<Statement> last_;
  std::optional<Statement> find_;
  std::optional<Statement> advance_;
  std::optional<Statement> keep_;
};

void BindIdentity(std::string_view tenant, const PushHeader& header,
                  Statement* statement) {
  statement->Bind(1, Cell::Text(tenant));
  statement->Bind(2, Cell::Text(header.client));
  statement->Bind(3, Cell::Text(header.epoch));
}

Result<void> SqliteServerStore::Prepare() {
  if (auto made = store_->Execute(kTables); !made.ok()) return made;
  const auto prepare = [&](std::string_view sql,
                           std::optional<Statement>* into) -> Result<void> {
    Result<Statement> statement = store_->Prepare(sql);
    if (!statement.ok()) return std::move(statement).error();
    into->emplace(std::move(*statement));
    return {};
  };
  Result<void> done = prepare(
      "SELECT last FROM ferrite_push_ledger "
      "WHERE tenant = ? AND client = ? AND epoch = ?",
      &last_);
  if (done.ok()) {
    done = prepare(
        "SELECT hash, status, body FROM ferrite_push_outcome "
        "WHERE tenant = ? AND client = ? AND epoch = ? AND sequence = ?",
        &find_);
  }
  if (done.ok()) {
    done = prepare(
        "INSERT OR REPLACE INTO ferrite_push_ledger VALUES(?, ?, ?, ?, ?)",
        &advance_);
  }
  if (done.ok()) {
    done = prepare(
        "INSERT INTO ferrite_push_outcome VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        &keep_);
  }
  return done;
}

Result<std::vector<PushAnswer>> SqliteServerStore::Apply(
    std::span<const IncomingPush> pushes, int64_t now) {
  std::vector<PushAnswer> answers;
  answers.reserve(pushes.size());
  Result<void> done = store_->Atomically([&]() -> Result<void> {
    for (const IncomingPush& push : pushes) {
      Result<PushAnswer> answer = ApplyOne(push, now);
      if (!answer.ok()) return std::move(answer).error();
      answers.push_back(std::move(*answer));
    }
    return {};
  });
  if (!done.ok()) {
    tables_.Forget();
    return std::move(done).error();
  }
  return answers;
}

Result<PushAnswer> SqliteServerStore::ApplyOne(const IncomingPush& push,
                                               int64_t now) {
  Result<PushReader> reader = PushReader::Open(push.body);
  if (!reader.ok()) return PushAnswer::Failed(400, reader.error());
  const PushHeader header = reader->header();
  const Hash128 hash = HashBytes(push.body);
  Result<uint64_t> last = Last(push.tenant, header);
  if (!last.ok()) return std::move(last).error();
  Recorded recorded;
  if (header.sequence <= *last) {
    Result<Recorded> found = Find(push.tenant, header);
    if (!found.ok()) return std::move(found).error();
    recorded = std::move(*found);
  }
  switch (DecidePush(*last, header.sequence, recorded.hash, hash)) {
    case PushDecision::kRepeat:
      return recorded.answer;
    case PushDecision::kReused:
      return PushAnswer::Reused(header.sequence);
    case PushDecision::kGap:
      return PushAnswer::Gap(header.sequence, *last + 1);
    case PushDecision::kApply:
      break;
  }
  Result<PushAnswer> answer = ApplyRows(push.tenant, &*reader);
  if (!answer.ok()) return answer;
  auto noted = Record(push.tenant, header, hash, *answer, now);
  if (!noted.ok()) return std::move(noted).error();
  return answer;
}

Result<PushAnswer> SqliteServerStore::ApplyRows(std::string_view tenant,
                                                PushReader* push) {
  const uint64_t sequence = push->header().sequence;
  if (auto begun = store_->Execute("SAVEPOINT push"); !begun.ok()) {
    return begun.error();
  }
  Result<uint64_t> rows = tables_.Apply(tenant, push);
  if (!rows.ok()) {
    if (!IsPermanentRefusal(rows.error().code)) return rows.error();
    tables_.Forget();
    auto undone = store_->Execute("ROLLBACK TO push; RELEASE push");
    if (!undone.ok()) return undone.error();
    return PushAnswer::Refused(sequence, rows.error());
  }
  if (auto kept = store_->Execute("RELEASE push"); !kept.ok()) {
    return kept.error();
  }
  return PushAnswer::Applied(sequence, *rows);
}

Result<uint64_t> SqliteServerStore::Last(std::string_view tenant,
                                         const PushHeader& header) {
  BindIdentity(tenant, header, &*last_);
  Result<bool> row = last_->Step();
  const uint64_t last =
      row.ok() && *row ? static_cast<uint64_t>(last_->Column(0).integer) : 0;
  last_->Reset();
  if (!row.ok()) return std::move(row).error();
  return last;
}

Result<SqliteServerStore::Recorded> SqliteServerStore::Find(
    std::string_view tenant, const PushHeader& header) {
  BindIdentity(tenant, header, &*find_);
  find_->Bind(4, Cell::Integer(static_cast<int64_t>(header.sequence)));
  Recorded recorded;
  Result<bool> row = find_->Step();
  if (row.ok() && *row) {
    recorded.hash = HashFromBlob(find_->Column(0).bytes);
    recorded.answer.status = static_cast<int>(find_->Column(1).integer);
    recorded.answer.body = find_->Column(2).text();
  }
  find_->Reset();
  if (!row.ok()) return std::move(row).error();
  return recorded;
}

Result<void> SqliteServerStore::Record(std::string_view tenant,
                                       const PushHeader& header,
                                       const Hash128& hash,
                                       const PushAnswer& answer, int64_t now) {
  const auto blob = HashBlob(hash);
  const Cell sequence = Cell::Integer(static_cast<int64_t>(header.sequence));
  BindIdentity(tenant, header, &*advance_);
  advance_->Bind(4, sequence);
  advance_->Bind(5, Cell::Integer(now));
  if (auto advanced = advance_->Run(); !advanced.ok()) return advanced;
  BindIdentity(tenant, header, &*keep_);
  keep_->Bind(4, sequence);
  keep_->Bind(5, Cell::Blob(blob));
  keep_->Bind(6, Cell::Integer(answer.status));
  keep_->Bind(7, Cell::Text(answer.body));
  keep_->Bind(8, Cell::Integer(now));
  return keep_->Run();
}

}  // namespace

Result<std::unique_ptr<ServerStore>> OpenSqliteServerStore(
    const std::string& path) {
  Store::Options options;
  options.journal_mode = "wal";
  Result<std::unique_ptr<Store>> store = Store::Open(path, options);
  if (!store.ok()) return std::move(store).error();
  auto server = std::make_unique<SqliteServerStore>(std::move(*store));
  if (auto prepared = server->Prepare(); !prepared.ok()) {
    return prepared.error();
  }
  return std::unique_ptr<ServerStore>(std::move(server));
}

}  // namespace ferrite
