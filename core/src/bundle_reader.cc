#include <optional>
#include <string>
#include <utility>

#include "batch_reader.h"
#include "bundle_format.h"
#include "bundle_header.h"
#include "ferrite/bundle.h"
#include "ferrite/key.h"
#include "left_out.h"
#include "source_state.h"
#include "store_schema.h"

namespace ferrite {

struct BundleReader::State {
  // Members go in reverse order: the statement before its database.
  std::unique_ptr<Store> file;
  std::optional<Statement> select;
};

namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

Error Foreign(const std::string& path, const std::string& why) {
  return {ErrorCode::kBundleForeign, path + ": " + why,
          "Give a file that exportBundle() wrote.", ""};
}

Error Truncated(const std::string& path, const std::string& why) {
  return {ErrorCode::kBundleTruncated, path + ": " + why,
          "Export the bundle again.", ""};
}

// What SQLite's refusals mean for a file that should be a bundle.
Error Refused(const std::string& path, const std::string& vfs, Error error) {
  switch (error.code) {
    case ErrorCode::kStoreCorrupt:
    case ErrorCode::kStoreIo:
    case ErrorCode::kRecordMalformed:
    case ErrorCode::kSql:
      return Truncated(path, error.message);
    case ErrorCode::kStoreForeign:
      return BeginsAsBundle(path, vfs) ? Truncated(path, error.message)
                                       : Foreign(path, error.message);
    default:
      return error;
  }
}

Result<std::string> QueryText(Store* file, std::string_view sql) {
  Result<Statement> statement = file->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  return *row ? std::string(statement->Column(0).text()) : std::string();
}

// The bundle's version.
Result<int64_t> CheckHeader(const std::string& path, const std::string& vfs,
                            Store* file) {
  Result<int64_t> application = QueryInteger(file, "PRAGMA application_id");
  if (!application.ok()) return std::move(application).error();
  if (*application != kBundleApplicationId) {
    return BeginsAsBundle(path, vfs)
               ? Truncated(path, "The file ends within its header.")
               : Foreign(path, "The file is no Ferrite bundle.");
  }
  Result<int64_t> version = QueryInteger(file, "PRAGMA user_version");
  if (!version.ok()) return std::move(version).error();
  if (*version >= kOldestBundleVersion && *version <= kBundleVersion) {
    return *version;
  }
  return Foreign(path, "The bundle has version " + std::to_string(*version) +
                           ", this program reads versions " +
                           std::to_string(kOldestBundleVersion) + " to " +
                           std::to_string(kBundleVersion) + ".");
}

Result<void> CheckFile(const std::string& path, Store* file, int64_t version) {
  Result<std::string> check = QueryText(file, "PRAGMA quick_check(1)");
  if (!check.ok()) return std::move(check).error();
  if (*check != "ok") return Truncated(path, *check);
  Result<std::string> complete =
      QueryText(file, "SELECT value FROM bundle_meta WHERE key='complete'");
  if (!complete.ok()) return std::move(complete).error();
  if (*complete != "1") {
    return Truncated(path, "The bundle was never completed.");
  }
  Result<std::string> wanted =
      QueryText(file, "SELECT value FROM bundle_meta WHERE key='sources'");
  if (!wanted.ok()) return std::move(wanted).error();
  Result<Hash128> sources = HashSources(file, version);
  if (!sources.ok()) return std::move(sources).error();
  if (sources->ToHex() != *wanted) {
    return Truncated(path, "What it says about its sources is damaged.");
  }
  return {};
}

Result<std::vector<SourceState>> ReadSources(const std::string& path,
                                             Store* file) {
  Result<Statement> select = file->Prepare(
      "SELECT id, source, status, records, info FROM bundle_source ORDER BY "
      "id");
  if (!select.ok()) return std::move(select).error();
  std::vector<SourceState> sources;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return sources;
    std::optional<Source> source = SourceFromJson(select->Column(1).text());
    const auto status = StatusFromText(select->Column(2).text());
    const int64_t records = select->Column(3).integer;
    if (select->Column(0).integer != static_cast<int64_t>(sources.size()) ||
        !source || !status || records < 0) {
      return Truncated(path, "A source's description is damaged.");
    }
    SourceState& state = sources.emplace_back();
    state.source = *std::move(source);
    state.status = *status;
    state.records = static_cast<uint64_t>(records);
    state.info = std::string(select->Column(4).text());
  }
}

Result<void> ReadLeftOut(const std::string& path, Store* file,
                         std::vector<SourceState>* sources) {
  Result<Statement> select = file->Prepare(
      "SELECT source, selection, reason, records FROM bundle_left_out "
      "ORDER BY id");
  if (!select.ok()) return std::move(select).error();
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return {};
    const int64_t source = select->Column(0).integer;
    const int64_t records = select->Column(3).integer;
    LeftOut left_out;
    left_out.reason = std::string(select->Column(2).text());
    left_out.records = static_cast<uint64_t>(records);
    if (source < 0 || static_cast<size_t>(source) >= sources->size() ||
        records < 0 ||
        !SelectionFromJson(select->Column(1).text(), &left_out)) {
      return Truncated(path,
                       "The description of what it leaves out is damaged.");
    }
    (*sources)[static_cast<size_t>(source)].left_out.push_back(
        std::move(left_out));
  }
}

Result<std::vector<std::string>> ReadStructure(Store* file) {
  Result<Statement> select =
      file->Prepare("SELECT structure FROM bundle_structure ORDER BY id");
  if (!select.ok()) return std::move(select).error();
  std::vector<std::string> structure;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return structure;
    structure.emplace_back(select->Column(0).text());
  }
}

// Adds up one source's records as Read will find them: damage may hide records
// from a search by key that a walk over the whole table shows.
Result<void> CheckSource(const std::string& path, Statement* select, size_t id,
                         const SourceState& state, BundleHasher* hasher,
                         Hash128* sum) {
  select->Reset();
  select->Bind(1, Cell::Integer(static_cast<int64_t>(id)));
  select->Bind(2, Cell::Blob({}));
  select->Bind(3, Cell::Integer(0));
  uint64_t count = 0;
  ByteBuffer previous;
  for (;; ++count) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    const Cell key = select->Column(0);
    const Cell value = select->Column(1);
    const Cell raw = select->Column(2);
    if (key.type != Cell::Type::kBlob || value.type != Cell::Type::kBlob ||
        !ComesBefore(previous, key.bytes)) {
      return Truncated(path, "A record of " + state.source.Label() +
                                 " is damaged or out of order.");
    }
    previous.assign(key.bytes.begin(), key.bytes.end());
    *sum += hasher->Hash(key.bytes, value.bytes, raw.bytes);
  }
  select->Reset();
  if (count == state.records) return {};
  return Truncated(path, state.source.Label() + " holds " +
                             std::to_string(count) + " records instead of " +
                             std::to_string(state.records) + ".");
}

// Every record is read once before anything is done with any of them.
Result<void> CheckRecords(const std::string& path, Statement* select,
                          const std::vector<SourceState>& sources,
                          std::string_view wanted) {
  BundleHasher hasher;
  Hash128 sum;
  for (size_t id = 0; id < sources.size(); ++id) {
    Result<void> checked =
        CheckSource(path, select, id, sources[id], &hasher, &sum);
    if (!checked.ok()) return checked;
  }
  if (sum.ToHex() != wanted) {
    return Truncated(path, "The records' content hash differs.");
  }
  return {};
}

}  // namespace

BundleReader::BundleReader() : state_(std::make_unique<State>()) {}
BundleReader::~BundleReader() = default;

Result<std::unique_ptr<BundleReader>> BundleReader::Open(
    const std::string& path, const std::string& vfs) {
  Store::Options options;
  options.vfs = vfs;
  options.read_only = true;
  options.create = false;
  Result<std::unique_ptr<Store>> file = Store::OpenPlain(path, options);
  if (!file.ok()) return Refused(path, vfs, std::move(file).error());
  std::unique_ptr<BundleReader> reader(new BundleReader());
  reader->state_->file = std::move(file).value();
  Store* bundle = reader->state_->file.get();

  Result<int64_t> version = CheckHeader(path, vfs, bundle);
  if (!version.ok()) return Refused(path, vfs, std::move(version).error());
  Result<void> checked = CheckFile(path, bundle, *version);
  if (!checked.ok()) return Refused(path, vfs, std::move(checked).error());
  Result<std::vector<SourceState>> sources = ReadSources(path, bundle);
  if (!sources.ok()) return Refused(path, vfs, std::move(sources).error());
  reader->sources_ = std::move(sources).value();
  checked = ReadLeftOut(path, bundle, &reader->sources_);
  if (!checked.ok()) return Refused(path, vfs, std::move(checked).error());
  const bool is_old = *version < kBundleVersion;
  if (!is_old) {
    Result<std::vector<std::string>> structure = ReadStructure(bundle);
    if (!structure.ok())
      return Refused(path, vfs, std::move(structure).error());
    reader->structure_ = std::move(structure).value();
  }
  for (const char* part : {"sources", "hash"}) {
    Result<std::string> hash =
        QueryText(bundle, "SELECT value FROM bundle_meta WHERE key='" +
                              std::string(part) + "'");
    if (!hash.ok()) return Refused(path, vfs, std::move(hash).error());
    reader->identity_ += *hash;
  }
  Result<Statement> select = bundle->Prepare(
      "SELECT key, value, " + std::string(is_old ? "NULL" : "raw") +
      " FROM bundle_record "
      "WHERE source=?1 AND key>?2 ORDER BY key LIMIT -1 OFFSET ?3");
  if (!select.ok()) return Refused(path, vfs, std::move(select).error());
  checked = CheckRecords(path, &*select, reader->sources_,
                         std::string_view(reader->identity_).substr(32));
  if (!checked.ok()) return Refused(path, vfs, std::move(checked).error());
  reader->state_->select.emplace(std::move(select).value());
  return reader;
}

std::vector<SourceState> BundleReader::StatesFor(
    const std::vector<Source>& wanted) const {
  std::vector<SourceState> states;
  for (const Source& source : wanted) {
    SourceState& state = states.emplace_back();
    state.source = source;
    state.status = SourceState::Status::kAbsent;
    state.message = "The bundle does not hold it.";
    for (const SourceState& held : sources_) {
      if (held.source == source) state = held;
    }
  }
  return states;
}

Result<void> BundleReader::Read(const Source& source, const Step& step,
                                Writer* batch, bool* last) {
  *last = false;
  size_t id = 0;
  while (id < sources_.size() && !(sources_[id].source == source)) ++id;
  if (id == sources_.size()) {
    return Error{ErrorCode::kSourceMissing,
                 "The bundle does not hold " + source.Label() + ".", "", ""};
  }
  ByteBuffer sortable;
  if (!step.after.empty()) {
    if (auto made = AppendSortableKey(step.after, &sortable); !made.ok()) {
      return made;
    }
  }
  Statement& select = *state_->select;
  select.Bind(1, Cell::Integer(static_cast<int64_t>(id)));
  select.Bind(2, Cell::Blob(sortable));
  select.Bind(3, Cell::Integer(static_cast<int64_t>(step.skip)));
  const size_t begin = batch->size();
  size_t key_begin = begin, key_end = begin;  // of the last record
  uint32_t records = 0;
  Result<void> done;
  while (done.ok()) {
    Result<bool> row = select.Step();
    if (!row.ok()) {
      done = std::move(row).error();
    } else if (!*row) {
      *last = true;
      break;
    } else if (records > 0 && (batch->size() - begin >= step.max_bytes ||
                               records == step.max_records)) {
      break;
    } else {
      ++records;
      batch->BeginArray(2);
      key_begin = batch->size();
      if (const Cell raw = select.Column(2); raw.type == Cell::Type::kBlob) {
        batch->Raw(raw.bytes);
      } else {
        done = AppendEncodedKey(select.Column(0).bytes, batch);
      }
      key_end = batch->size();
      batch->Raw(select.Column(1).bytes);
    }
  }
  select.Reset();
  const Bytes key = batch->bytes().subspan(key_begin, key_end - key_begin);
  last_key_.assign(key.begin(), key.end());
  return done;
}

}  // namespace ferrite
