#include "page.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "iso_time.h"
#include "page_request.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;
using Kind = PageColumn::Kind;

std::string JsonText(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Hex(Bytes bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string Value(const PageColumn& column, const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return "null";
    case Cell::Type::kInteger:
      if (column.kind == Kind::kBool) return cell.integer ? "true" : "false";
      return std::to_string(cell.integer);
    case Cell::Type::kReal:
      return Json(cell.real).dump();
    case Cell::Type::kText:
      // As it is: parsing it would change numbers and the order of members.
      if (column.kind == Kind::kJson && Json::accept(cell.text())) {
        return std::string(cell.text());
      }
      return JsonText(cell.text());
    case Cell::Type::kBlob:
      break;
  }
  return JsonText(Hex(cell.bytes));
}

std::string CsvCell(const PageColumn& column, const Cell& cell) {
  if (cell.type == Cell::Type::kNull) return "";
  if (cell.type == Cell::Type::kInteger && column.kind == Kind::kTime) {
    std::string time;
    AppendIsoTime(static_cast<double>(cell.integer), &time);
    return time;
  }
  if (cell.type == Cell::Type::kBlob) return Hex(cell.bytes);
  if (cell.type != Cell::Type::kText) return Value(column, cell);
  const std::string_view text = cell.text();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string JsonRow(const PageTable& table, const Statement& row) {
  std::string text = "{";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Cell cell = row.Column(static_cast<int>(i));
    if (cell.type == Cell::Type::kNull) continue;
    if (text.size() > 1) text += ',';
    text +=
        JsonText(table.columns[i].name) + ":" + Value(table.columns[i], cell);
  }
  return text + "}";
}

std::string CsvRow(const PageTable& table, const Statement& row) {
  std::string text;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) text += ',';
    text += CsvCell(table.columns[i], row.Column(static_cast<int>(i)));
  }
  return text + "\r\n";
}

std::string CsvHeader(const PageTable& table) {
  std::string text;
  for (const PageColumn& column : table.columns) {
    if (!text.empty()) text += ',';
    text += column.name;
  }
  return text + "\r\n";
}

// Where the row stands, for the next request's "after".
std::string PlaceOf(const PageRequest& request, const Statement& row) {
  const int columns = row.column_count();
  const auto text = [&](int column) { return Value({}, row.Column(column)); };
  std::string place = "[";
  place += JsonText(request.sort) + "," + text(columns - 2) + "," +
           text(columns - 1) + "]";
  return place;
}

Result<Statement> PrepareBound(Store* store, const std::string& sql,
                               const PageRequest& request, bool with_after) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return statement;
  int parameter = 0;
  for (const PageValue& value : request.values) {
    statement->Bind(++parameter, value.cell());
  }
  if (with_after) {
    for (const PageValue& value : request.after) {
      statement->Bind(++parameter, value.cell());
    }
  }
  return statement;
}

Result<int64_t> Count(Store* store, const PageTable& table,
                      const PageRequest& request) {
  Result<Statement> count =
      PrepareBound(store, request.CountSql(table), request, false);
  if (!count.ok()) return std::move(count).error();
  Result<bool> row = count->Step();
  if (!row.ok()) return std::move(row).error();
  return count->Column(0).integer;
}

struct Rows {
  std::string text;  // in the request's format
  std::string next;  // empty: there are no more
};

Result<Rows> ReadRows(Store* store, const PageTable& table,
                      const PageRequest& request) {
  Result<Statement> select =
      PrepareBound(store, request.SelectSql(table), request, true);
  if (!select.ok()) return std::move(select).error();
  Rows rows;
  std::string place;
  for (uint64_t count = 0;; ++count) {
    Result<bool> more = select->Step();
    if (!more.ok()) return std::move(more).error();
    if (!*more) return rows;
    if (count == request.limit) {
      rows.next = std::move(place);
      return rows;
    }
    if (request.is_csv) {
      rows.text += CsvRow(table, *select);
    } else {
      if (count > 0) rows.text += ',';
      rows.text += JsonRow(table, *select);
    }
    place = PlaceOf(request, *select);
  }
}

Result<std::string> Answer(Store* store, const PageTable& table,
                           const PageRequest& request) {
  std::string answer = "{";
  if (!request.has_after) {
    Result<int64_t> total = Count(store, table, request);
    if (!total.ok()) return std::move(total).error();
    answer += "\"total\":" + std::to_string(*total) +
              ",\"offset\":" + std::to_string(request.offset) + ",";
  }
  answer += "\"limit\":" + std::to_string(request.limit);
  Result<Rows> rows = ReadRows(store, table, request);
  if (!rows.ok()) return std::move(rows).error();
  if (request.is_csv) {
    const bool is_first = !request.has_after && request.offset == 0;
    answer +=
        ",\"csv\":" + JsonText((is_first ? CsvHeader(table) : "") + rows->text);
  } else {
    answer += ",\"rows\":[" + rows->text + "]";
  }
  if (!rows->next.empty()) answer += ",\"next\":" + rows->next;
  return answer + "}";
}

// One that has begun, and that nothing leaves open.
class ReadTransaction {
 public:
  explicit ReadTransaction(Store* store) : store_(store) {}
  ~ReadTransaction() { store_->Try("COMMIT"); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Store* store_;
};

}  // namespace

Result<std::string> ReadPage(Store* store, const PageTable& table,
                             std::string_view request_json) {
  Result<PageRequest> request = PageRequest::Parse(table, request_json);
  if (!request.ok()) return std::move(request).error();
  // Total and rows are of one moment, also where others write meanwhile.
  std::optional<ReadTransaction> alone;
  if (!store->InTransaction()) {
    if (auto begun = store->Execute("BEGIN"); !begun.ok()) {
      return std::move(begun).error();
    }
    alone.emplace(store);
  }
  return Answer(store, table, *request);
}

Result<std::string> PageSql(const PageTable& table,
                            std::string_view request_json) {
  Result<PageRequest> request = PageRequest::Parse(table, request_json);
  if (!request.ok()) return std::move(request).error();
  return request->SelectSql(table);
}

}  // namespace ferrite::internal
