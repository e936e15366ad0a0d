#include <algorithm>
#include <set>

#include "ferrite/push.h"
#include "push_format.h"

namespace ferrite {
namespace {

using internal::kAffinityNames;

// A push's members come in one order, so reading is a list of expectations.
// Each returns false once something was not as expected; Failure says what.
class Expect {
 public:
  explicit Expect(Reader* reader) : reader_(reader) {}

  bool Object(uint64_t count) {
    return Take(Kind::kObject) && (item_.count == count || Refuse("members"));
  }
  bool Array(uint64_t* count) {
    if (!Take(Kind::kArray)) return false;
    *count = item_.count;
    return true;
  }
  bool Array(uint64_t count) {
    return Take(Kind::kArray) && (item_.count == count || Refuse("items"));
  }
  bool Member(std::string_view name) {
    return Take(Kind::kString) &&
           (AsText(item_.bytes) == name || Refuse("member"));
  }
  bool String(std::string* text) {
    if (!Take(Kind::kString)) return false;
    *text = AsText(item_.bytes);
    return true;
  }
  bool Integer(int64_t* value) {
    if (!Take(Kind::kInteger)) return false;
    *value = item_.integer;
    return true;
  }
  bool Bool(bool* value) {
    if (!Take(Kind::kBool)) return false;
    *value = item_.boolean;
    return true;
  }

  Error Failure(std::string path) const {
    if (malformed_) {
      Error error = reader_->error();
      error.path = std::move(path);
      return error;
    }
    return {ErrorCode::kInvalidArgument,
            "The push does not follow the sync protocol, version 1, at byte " +
                std::to_string(reader_->offset()) + ": unexpected " + what_ +
                ".",
            "Client and server must speak the same version.", std::move(path)};
  }

 private:
  bool Take(Kind kind) {
    if (!reader_->Next(&item_)) {
      malformed_ = true;
      return false;
    }
    return item_.kind == kind || Refuse("type of value");
  }
  bool Refuse(const char* what) {
    what_ = what;
    return false;
  }

  Reader* reader_;
  Item item_;
  bool malformed_ = false;
  const char* what_ = "end";
};

bool IsHex128(std::string_view text) {
  return text.size() == 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool ReadColumn(Expect* expect, PushColumn* column) {
  std::string affinity;
  if (!expect->Array(3) || !expect->String(&column->name) ||
      !expect->String(&affinity) || !expect->Bool(&column->not_null)) {
    return false;
  }
  const auto known =
      std::find(kAffinityNames.begin(), kAffinityNames.end(), affinity);
  column->affinity = static_cast<Affinity>(known - kAffinityNames.begin());
  return known != kAffinityNames.end();
}

}  // namespace

Result<PushReader> PushReader::Open(Bytes body) {
  PushReader reader(body);
  if (auto read = reader.ReadHeader(); !read.ok()) return read.error();
  return reader;
}

Result<PushTable> ReadPushTable(Bytes schema) {
  PushReader reader(schema);
  if (auto read = reader.ReadTable(); !read.ok()) return read.error();
  return std::move(reader.table_);
}

Result<void> PushReader::ReadHeader() {
  Expect expect(&reader_);
  int64_t version = 0;
  int64_t sequence = 0;
  if (!expect.Object(5) || !expect.Member("push") ||
      !expect.Integer(&version)) {
    return expect.Failure("");
  }
  if (version != internal::kPushVersion) {
    return Error{ErrorCode::kInvalidArgument,
                 "The push is of version " + std::to_string(version) +
                     " of the sync protocol; this program speaks version 1.",
                 "Use client and server of the same version.", "/push"};
  }
  if (!expect.Member("client") || !expect.String(&header_.client) ||
      !expect.Member("epoch") || !expect.String(&header_.epoch) ||
      !expect.Member("sequence") || !expect.Integer(&sequence) ||
      !expect.Member("changes") || !expect.Array(&changes_left_)) {
    return expect.Failure("");
  }
  if (!IsHex128(header_.client) || !IsHex128(header_.epoch) || sequence < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "A push needs a client and an epoch of 32 hex digits and a "
                 "sequence from 1.",
                 "", "/client"};
  }
  header_.sequence = static_cast<uint64_t>(sequence);
  return {};
}

Result<bool> PushReader::NextChange() {
  if (rows_left_ != 0) {
    return Error{ErrorCode::kState, "Rows of the push were not read.", "", ""};
  }
  if (changes_left_ == 0) {
    if (reader_.AtEnd()) return false;
    return Error{ErrorCode::kRecordMalformed,
                 "Bytes follow the push's end at byte " +
                     std::to_string(reader_.offset()) + ".",
                 "", ""};
  }
  --changes_left_;
  const std::string path = "/changes/" + std::to_string(change_++);
  Expect expect(&reader_);
  std::string op;
  if (!expect.Object(3) || !expect.Member("op") || !expect.String(&op)) {
    return expect.Failure(path);
  }
  if (op != internal::kOpRows) {
    return Error{ErrorCode::kInvalidArgument,
                 "The push asks for \"" + op + "\", which is not known here.",
                 "A newer server may know it.", path + "/op"};
  }
  if (!expect.Member("table")) return expect.Failure(path);
  if (auto read = ReadTable(); !read.ok()) {
    Error error = read.error();
    error.path = path + error.path;
    return error;
  }
  row_ = 0;
  if (!expect.Member("rows") || !expect.Array(&rows_left_)) {
    return expect.Failure(path);
  }
  return true;
}

Result<void> PushReader::ReadTable() {
  const size_t begin = reader_.offset();
  table_ = {};
  Expect expect(&reader_);
  uint64_t columns = 0;
  uint64_t keys = 0;
  if (!expect.Object(3) || !expect.Member("name") ||
      !expect.String(&table_.name) || !expect.Member("columns") ||
      !expect.Array(&columns)) {
    return expect.Failure("/table");
  }
  if (columns > internal::kMaxPushColumns) {
    return Error{ErrorCode::kInvalidArgument,
                 "A table has more than 2000 columns.", "", "/table/columns"};
  }
  table_.columns.resize(columns);
  for (uint64_t i = 0; i < columns; ++i) {
    if (!ReadColumn(&expect, &table_.columns[i])) {
      return expect.Failure("/table/columns/" + std::to_string(i));
    }
  }
  if (!expect.Member("key") || !expect.Array(&keys)) {
    return expect.Failure("/table/key");
  }
  std::set<int64_t> seen;
  for (uint64_t i = 0; i < keys; ++i) {
    int64_t index = 0;
    if (!expect.Integer(&index)) return expect.Failure("/table/key");
    if (index < 0 || static_cast<uint64_t>(index) >= columns ||
        !seen.insert(index).second) {
      return Error{ErrorCode::kInvalidArgument,
                   "A table's key names a column that does not exist, or one "
                   "column twice.",
                   "", "/table/key/" + std::to_string(i)};
    }
    table_.key.push_back(static_cast<size_t>(index));
  }
  if (table_.key.empty()) {
    return Error{ErrorCode::kInvalidArgument, "A table has no key.", "",
                 "/table/key"};
  }
  schema_ = body_.subspan(begin, reader_.offset() - begin);
  return {};
}

Result<void> PushReader::NextRow(std::span<Cell> cells) {
  const auto path = [this] {
    return "/changes/" + std::to_string(change_ - 1) + "/rows/" +
           std::to_string(row_);
  };
  if (rows_left_ == 0 || cells.size() != table_.columns.size()) {
    return Error{ErrorCode::kState, "There is no such row to read.", "", ""};
  }
  Expect expect(&reader_);
  if (!expect.Array(cells.size())) return expect.Failure(path());
  for (size_t i = 0; i < cells.size(); ++i) {
    Result<Cell> cell = ReadCell(&reader_);
    if (!cell.ok()) {
      Error error = cell.error();
      error.path = path() + "/" + std::to_string(i);
      return error;
    }
    cells[i] = *cell;
  }
  ++row_;
  --rows_left_;
  return {};
}

}  // namespace ferrite
