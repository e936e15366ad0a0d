// MemoryHost: a host whose sources lie in memory, for tests of passes.
#ifndef FERRITE_TESTS_SUPPORT_MEMORY_HOST_H_
#define FERRITE_TESTS_SUPPORT_MEMORY_HOST_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"

namespace ferrite::testing {

// One source. Records are kept in key order, whatever order they come in.
class MemorySource {
 public:
  static MemorySource IndexedDb(
      const std::string& database, const std::string& store,
      const std::string& info = R"({"keyPath":"id"})");
  static MemorySource LocalStorage() {
    return Storage(SourceKind::kLocalStorage);
  }
  static MemorySource Storage(SourceKind kind);

  // Key and value as tests write them: json_record.h.
  void Put(std::string_view key_json, std::string_view value_json);
  void Put(Bytes key, Bytes value);
  void Remove(std::string_view key_json);

  // As an index over the times of changes: the watermark is the greatest time,
  // and keys stand alone of records whose time is before Step::since. A record
  // that is put again has no time.
  void SetTime(std::string_view key_json, int64_t time);
  // Records whose values were handed over.
  uint64_t reads() const { return reads_; }

  SourceState state() const;
  void set_status(SourceState::Status status) { status_ = status; }

  // The records that `step` asks for.
  void Read(const Step& step, Writer* batch, bool* last);

 private:
  struct Entry {
    ByteBuffer key;
    ByteBuffer value;
    std::optional<int64_t> time;
  };

  Source source_;
  SourceState::Status status_ = SourceState::Status::kReady;
  std::string info_;
  std::map<ByteBuffer, Entry> records_;  // by sortable key
  uint64_t reads_ = 0;
};

class MemoryHost {
 public:
  std::vector<MemorySource> sources;

  std::vector<SourceState> States() const;

  // Reads what step() asks for and applies it, or works: one call.
  Result<void> Advance(Pass* pass);
  // Until the pass is done.
  Result<void> Drive(Pass* pass);

  // Whether batches are prepared before they are applied, where the pass has a
  // use for it, and how many were.
  bool prepares = false;
  uint64_t prepared = 0;

  // Milliseconds since the epoch; one more with every call.
  int64_t now = 1700000000000;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_MEMORY_HOST_H_
