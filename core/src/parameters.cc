#include "parameters.h"

#include <sqlite3.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/encoding.h"

namespace ferrite::internal {
namespace {

Error Mismatch(std::string_view what) {
  return {ErrorCode::kTypeMismatch,
          "The parameter is " + std::string(what) +
              ", which SQLite has no value for.",
          "Pass null, a boolean, number, bigint, string, Date or bytes.", ""};
}

Error Wrong(std::string message, std::string path) {
  return {ErrorCode::kInvalidArgument, std::move(message), "", std::move(path)};
}

// Bytes of an element of a typed array or DataView; 0 for other types.
uint64_t ElementSize(std::string_view type) {
  if (type == "DataView" || type == "Int8Array" || type == "Uint8Array" ||
      type == "Uint8ClampedArray") {
    return 1;
  }
  if (type == "Int16Array" || type == "Uint16Array" || type == "Float16Array") {
    return 2;
  }
  if (type == "Int32Array" || type == "Uint32Array" || type == "Float32Array") {
    return 4;
  }
  if (type == "Float64Array" || type == "BigInt64Array" ||
      type == "BigUint64Array") {
    return 8;
  }
  return 0;
}

class ParameterReader {
 public:
  explicit ParameterReader(Bytes parameters) : reader_(parameters) {}

  Result<Item> Head() {
    Item item;
    if (!reader_.Next(&item)) return reader_.error();
    return item;
  }

  bool AtEnd() const { return reader_.AtEnd(); }

  Result<Cell> ReadCell() {
    Result<Item> read = Head();
    if (!read.ok()) return std::move(read).error();
    const Item& item = *read;
    switch (item.kind) {
      case Kind::kUndefined:
      case Kind::kNull:
        return Cell::Null();
      case Kind::kBool:
        return Cell::Integer(item.boolean ? 1 : 0);
      case Kind::kInteger:
        return Cell::Integer(item.integer);
      case Kind::kDouble:
        return Cell::Real(item.number);
      case Kind::kString:
        return Cell::Text(AsText(item.bytes));
      case Kind::kWtf8:
      case Kind::kBytes:
      case Kind::kTypedArray:
        return Cell::Blob(item.bytes);
      case Kind::kDate:
        if (std::isnan(item.number)) return Mismatch("an invalid Date");
        return Cell::Integer(static_cast<int64_t>(item.number));
      case Kind::kBigInt:
        if (auto integer = BigIntToInt64(item)) {
          return Cell::Integer(*integer);
        }
        return Mismatch("a BigInt beyond 64 bits");
      case Kind::kInstance:
        return ReadView(item);
      case Kind::kShareable:
        return ReadShareable();
      case Kind::kReference:
        // The same Date or bytes passed twice.
        if (item.count < shared_.size()) return shared_[item.count];
        return Mismatch("a reference");
      default:
        return Mismatch("an object, array, Map, Set or RegExp");
    }
  }

 private:
  Result<Cell> ReadShareable() {
    const size_t index = shared_.size();
    shared_.emplace_back();
    Result<Cell> cell = ReadCell();
    if (cell.ok()) shared_[index] = *cell;
    return cell;
  }

  // [type, buffer, byteOffset, length]: a view of a part of a buffer.
  Result<Cell> ReadView(const Item& instance) {
    const std::string_view type = AsText(instance.bytes);
    const uint64_t element = ElementSize(type);
    if (element == 0 || instance.count != 3) return Mismatch("an object");
    Result<Cell> buffer = ReadCell();
    if (!buffer.ok()) return buffer;
    Result<Item> offset = Head();
    if (!offset.ok()) return std::move(offset).error();
    Result<Item> length = Head();
    if (!length.ok()) return std::move(length).error();
    if (buffer->type != Cell::Type::kBlob || offset->kind != Kind::kInteger ||
        length->kind != Kind::kInteger || offset->integer < 0 ||
        length->integer < 0) {
      return Mismatch("no proper view of a buffer");
    }
    const auto from = static_cast<uint64_t>(offset->integer);
    const auto count = static_cast<uint64_t>(length->integer);
    const uint64_t size = buffer->bytes.size();
    if (from > size || count > (size - from) / element) {
      return Mismatch("a view beyond its buffer");
    }
    return Cell::Blob(buffer->bytes.subspan(
        static_cast<size_t>(from), static_cast<size_t>(count * element)));
  }

  Reader reader_;
  std::vector<Cell> shared_;  // by the index of tag 28
};

// :id, @id or $id; 0 when the statement has none of them.
std::vector<int> IndexesOf(sqlite3_stmt* statement, std::string_view name) {
  std::vector<int> indexes;
  for (const char prefix : {':', '@', '$'}) {
    const std::string full = prefix + std::string(name);
    const int index = sqlite3_bind_parameter_index(statement, full.c_str());
    if (index != 0) indexes.push_back(index);
  }
  return indexes;
}

Result<void> BindArray(uint64_t count, ParameterReader* reader,
                       Statement* statement) {
  const int wanted = sqlite3_bind_parameter_count(statement->handle());
  if (count != static_cast<uint64_t>(wanted)) {
    return Wrong("The statement has " + std::to_string(wanted) +
                     " parameters, " + std::to_string(count) + " were given.",
                 "");
  }
  for (int i = 0; i < wanted; ++i) {
    Result<Cell> cell = reader->ReadCell();
    if (!cell.ok()) {
      Error error = std::move(cell).error();
      error.path = "/" + std::to_string(i);
      return error;
    }
    statement->Bind(i + 1, *cell);
  }
  return {};
}

Result<void> CheckAllBound(const std::vector<bool>& bound,
                           Statement* statement) {
  for (size_t i = 0; i < bound.size(); ++i) {
    if (bound[i]) continue;
    const char* name = sqlite3_bind_parameter_name(statement->handle(),
                                                   static_cast<int>(i) + 1);
    return Wrong("The parameter " +
                     (name == nullptr ? "?" + std::to_string(i + 1)
                                      : std::string(name)) +
                     " has no value.",
                 "");
  }
  return {};
}

Result<void> BindObject(uint64_t count, ParameterReader* reader,
                        Statement* statement) {
  const int wanted = sqlite3_bind_parameter_count(statement->handle());
  std::vector<bool> bound(static_cast<size_t>(wanted));
  for (uint64_t i = 0; i < count; ++i) {
    Result<Item> key = reader->Head();
    if (!key.ok()) return std::move(key).error();
    const std::string name(AsText(key->bytes));
    Result<Cell> cell = reader->ReadCell();
    if (!cell.ok()) {
      Error error = std::move(cell).error();
      error.path = "/" + name;
      return error;
    }
    const std::vector<int> indexes = IndexesOf(statement->handle(), name);
    if (indexes.empty()) {
      return Wrong("The statement has no parameter named " + name + ".",
                   "/" + name);
    }
    for (const int index : indexes) {
      statement->Bind(index, *cell);
      bound[static_cast<size_t>(index) - 1] = true;
    }
  }
  return CheckAllBound(bound, statement);
}

}  // namespace

Result<void> BindParameters(Bytes parameters, Statement* statement) {
  ParameterReader reader(parameters);
  if (parameters.empty()) return BindArray(0, &reader, statement);
  Result<Item> head = reader.Head();
  if (!head.ok()) return std::move(head).error();
  Result<void> done;
  if (head->kind == Kind::kArray) {
    done = BindArray(head->count, &reader, statement);
  } else if (head->kind == Kind::kObject) {
    done = BindObject(head->count, &reader, statement);
  } else {
    return Wrong("The parameters are neither an array nor an object.", "");
  }
  if (done.ok() && !reader.AtEnd()) {
    return Wrong("Something stands behind the parameters.", "");
  }
  return done;
}

}  // namespace ferrite::internal
